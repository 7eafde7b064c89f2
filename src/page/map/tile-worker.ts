import { answerCalls, Handover, type Wire } from "../remote-call";
import { type Tile, TilePainter } from "./tile-painter";

const painter = new TilePainter();

/** What the page asks of this worker. */
const tileService = {
  setRoads: painter.setRoads.bind(painter),
  setColours: painter.setColours.bind(painter),
  paint(tile: Tile): Handover<ImageBitmap> {
    const side = Math.round(tile.size * tile.pixelRatio);
    const canvas = new OffscreenCanvas(side, side);
    painter.paint(canvas.getContext("2d")!, tile);
    const bitmap = canvas.transferToImageBitmap();
    return new Handover(bitmap, [bitmap]);
  },
};

export type TileService = typeof tileService;

answerCalls(globalThis as unknown as Wire, tileService);
