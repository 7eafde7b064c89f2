import type { Browser, BrowserContext, Page } from "playwright-core";
import { DiversionRouter, type DiversionRouterOptions } from "../../../src/diversion/router";
import { DiversionService, type RunningServer, type ServeOptions, serve } from "../../../src/http/index";
import { embeddedHospitals, embeddedRoads } from "../../../src/node/index";
import type { PageState } from "../../../src/page/page-state";
import { BUILT_PAGE } from "../../support/built-page";
import { openBrowser } from "../chromium";

export const TOKEN = "a-token-of-the-tests";

/** In the middle of Essex, nearest to Broomfield. */
export const INCIDENT = [0.469, 51.7356] as const;

/** A server that can be stopped and started again on its port, browsers that look at it, and what they complained of. */
export class ControlRoom {
  readonly #serveOptions: Partial<ServeOptions>;
  /** Errors in the console, uncaught ones, and requests that left the machine. */
  readonly complaints: string[] = [];
  readonly #contexts: BrowserContext[] = [];
  #server: RunningServer | undefined;

  private constructor(
    readonly browser: Browser,
    public router: DiversionRouter,
    readonly port: number,
    server: RunningServer,
    serveOptions: Partial<ServeOptions>,
  ) {
    this.#serveOptions = serveOptions;
    this.#server = server;
  }

  /** Over the embedded example, or other roads. */
  static async open(
    options: Partial<DiversionRouterOptions> = {},
    serveOptions: Partial<ServeOptions> = {},
  ): Promise<ControlRoom> {
    const router = await routerOver(options);
    const [browser, server] = await Promise.all([openBrowser(), served(router, { ...serveOptions, port: 0 })]);
    return new ControlRoom(browser, router, server.port, server, serveOptions);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.#serveOptions.basePath ?? ""}/`;
  }

  /** A page that has loaded, in a browser of its own unless a context is given. */
  async page(
    options: { readonly context?: BrowserContext } & Parameters<Browser["newContext"]>[0] = {},
  ): Promise<Page> {
    const { context: given, ...rest } = options;
    const context = given ?? (await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...rest }));
    if (given === undefined) this.#contexts.push(context);
    const page = await context.newPage();
    this.#listen(page);
    await page.goto(this.url);
    await page.locator(".eds button").first().waitFor();
    return page;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  /** @param router another, as a server started with other files has. */
  async start(router = this.router): Promise<void> {
    this.router = router;
    this.#server = await served(router, { ...this.#serveOptions, port: this.port });
  }

  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.browser.close();
    await this.stop();
  }

  #listen(page: Page): void {
    page.on("pageerror", (error) => this.complaints.push(`uncaught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      // What a browser says of each request while there is no server; the page says it better.
      const isAboutServer = this.#server === undefined && message.text().startsWith("Failed to load resource");
      // Refusals that tests bring about, which browsers log too.
      const isRefusal = /status of (401|412)/.test(message.text());
      if (message.type() === "error" && !isAboutServer && !isRefusal) this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.url) && !request.url().startsWith("data:")) {
        this.complaints.push(`request to ${request.url()}`);
      }
    });
  }
}

export async function routerOver(options: Partial<DiversionRouterOptions> = {}): Promise<DiversionRouter> {
  const roads = options.roads ?? (await embeddedRoads());
  const hospitals = options.hospitals ?? (await embeddedHospitals(roads));
  return new DiversionRouter({ ...options, roads, hospitals });
}

const served = (router: DiversionRouter, options: Partial<ServeOptions>): Promise<RunningServer> =>
  serve({ service: new DiversionService({ router }), token: TOKEN, graceMs: 100, pageFolder: BUILT_PAGE, ...options });

/** What the page holds, as its console shows it. */
export const stateOf = (page: Page): Promise<PageState> =>
  page.evaluate(() =>
    (globalThis as unknown as { ambulanceDiversion: { state(): PageState } }).ambulanceDiversion.state(),
  );

/** Asks about the incident and waits for the answer. */
export async function ask(page: Page, place: string = INCIDENT.join(", ")): Promise<void> {
  await page.fill("#place", place);
  await page.getByRole("button", { name: "Recommend" }).click();
  await page.locator(".result").waitFor();
}

/** Opens an ED's panel and puts it on divert. */
export async function putOnDivert(page: Page, id: string, reason: string, token = TOKEN): Promise<void> {
  await page.locator(`[data-ed="${id}"]`).click();
  await page.fill("#change-reason", reason);
  await page.fill("#change-by", "Duty manager");
  if (await page.locator("#token").isVisible()) await page.fill("#token", token);
  await page.getByRole("button", { name: "Put on divert" }).click();
}
