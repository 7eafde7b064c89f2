/** Lets up and down arrows, Home and End go through the buttons of a list. */
export function moveThrough(host: HTMLElement, selector: string): void {
  host.addEventListener("keydown", (event) => {
    const items = [...host.querySelectorAll<HTMLElement>(selector)];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(items.length - 1, at + 1),
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: items.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items[to]!.focus();
    if (items[to]!.hasAttribute("aria-pressed")) items[to]!.click();
  });
}
