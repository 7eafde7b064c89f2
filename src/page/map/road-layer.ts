import { type Coords, type DoneCallback, GridLayer, type TileEvent } from "leaflet";
import type { Remote } from "../remote-call";
import { currentTheme } from "./map-colours";
import type { TileService } from "./tile-worker";

/** Tiles painted at a time: the worker has one thread, and a list kept short can forget what has gone out of sight. */
const AT_ONCE = 2;

interface Job {
  readonly key: string;
  readonly canvas: HTMLCanvasElement;
  readonly coords: Coords;
  readonly done: DoneCallback;
}

/** The roads, painted by a worker tile by tile. */
export class RoadLayer extends GridLayer {
  readonly #painter: Remote<TileService>;
  readonly #shown = new Map<string, Job>();
  #waiting: Job[] = [];
  #running = 0;

  constructor(painter: Remote<TileService>) {
    super({ updateWhenZooming: false, keepBuffer: 1 });
    this.#painter = painter;
    this.on("tileunload", (event) => this.#forget(keyOf((event as TileEvent).coords)));
  }

  override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    const side = Math.round(this.getTileSize().x * devicePixelRatio);
    canvas.width = side;
    canvas.height = side;
    const job = { key: keyOf(coords), canvas, coords, done };
    this.#shown.set(job.key, job);
    this.#waiting.push(job);
    this.#work();
    return canvas;
  }

  /** Paints all tiles anew where they are, without a flicker. */
  repaint(): void {
    const none: DoneCallback = () => undefined;
    const queued = new Set(this.#waiting.map(({ key }) => key));
    for (const job of this.#shown.values()) if (!queued.has(job.key)) this.#waiting.push({ ...job, done: none });
    this.#work();
  }

  #work(): void {
    while (this.#running < AT_ONCE && this.#waiting.length > 0) {
      // The newest first: it is what the eye is on after a move.
      const job = this.#waiting.pop()!;
      this.#running++;
      void this.#paint(job).finally(() => {
        this.#running--;
        this.#work();
      });
    }
  }

  async #paint({ canvas, coords, done }: Job): Promise<void> {
    try {
      const bitmap = await this.#painter.paint({
        x: coords.x,
        y: coords.y,
        zoom: coords.z,
        size: this.getTileSize().x,
        pixelRatio: devicePixelRatio,
        theme: currentTheme(),
      });
      canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
      done(undefined, canvas);
    } catch (error) {
      done(error as Error, canvas);
    }
  }

  #forget(key: string): void {
    this.#shown.delete(key);
    this.#waiting = this.#waiting.filter((job) => job.key !== key);
  }
}

const keyOf = ({ x, y, z }: Coords): string => `${z}/${x}/${y}`;
