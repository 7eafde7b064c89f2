import * as L from "leaflet";
import { defined } from "../../core/defined";
import type { Actions } from "../actions";
import type { Question, ShownEd } from "../compute/protocol";
import type { RecommendationWorker } from "../compute/recommendation-worker";
import { el } from "../dom";
import { CONDITION_TEXT } from "../formats";
import { momentOf, type PageState, type Store, shownOf } from "../page-state";
import { Handover, type Remote } from "../remote-call";
import { edSymbol, roomForLabels, type WantedLabel } from "./ed-symbols";
import { CATCHMENT_COLOURS, currentTheme, onThemeChange } from "./map-colours";
import { RoadLayer } from "./road-layer";
import type { TileService } from "./tile-worker";

/** Side of an ED's symbol, and the mean width of a letter of its name, in pixels. */
const SYMBOL = 26;
const LETTER = 7;

interface MapParts {
  readonly store: Store;
  readonly actions: Actions;
  readonly worker: Remote<RecommendationWorker>;
  readonly painter: Remote<TileService>;
  /** Builds a question about a place from what the form holds. */
  readonly questionAt: (location: Question["location"]) => Question;
}

/** The map: roads, EDs, closures, the incident and the ways to drive. */
export class MapView {
  readonly #parts: MapParts;
  readonly #map: L.Map;
  readonly #roads: RoadLayer;
  readonly #markers = new Map<string, L.Marker>();
  readonly #edLayer = L.layerGroup();
  readonly #closureLayer = L.layerGroup();
  readonly #routeLayer = L.layerGroup();
  #generation = 0;
  #edColours: ArrayLike<number> = [];
  /** The place and the ED that the map was last moved to show. */
  #fittedFor = "";
  /** What the colours of catchments were computed from. */
  #colouredFor = "";

  constructor(host: HTMLElement, parts: MapParts) {
    this.#parts = parts;
    const { store, painter } = parts;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const motion = { zoomAnimation: !isCalm, fadeAnimation: !isCalm, markerZoomAnimation: !isCalm, inertia: !isCalm };
    this.#map = L.map(host, {
      ...motion,
      zoomControl: false,
      attributionControl: false,
      zoomSnap: 0.5,
      maxZoom: 18,
      minZoom: 5,
    });
    this.#map.setView([51.8, 0.4], 9);
    L.control.zoom({ position: "topright" }).addTo(this.#map);
    L.control.scale({ imperial: true }).addTo(this.#map);
    this.#roads = new RoadLayer(painter);
    for (const layer of [this.#roads, this.#closureLayer, this.#routeLayer, this.#edLayer]) layer.addTo(this.#map);
    this.#map.on("click", ({ latlng }) => this.#askAt(latlng));
    host.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === host) this.#askAt(this.#map.getCenter());
    });
    this.#map.on("moveend", () => this.#showNames());
    onThemeChange(() => this.#roads.repaint());
    new ResizeObserver(() => this.#map.invalidateSize()).observe(host);
    store.watch(["generation"], (state) => void this.#replaceRoads(state));
    store.watch(["live", "showing", "answer", "chosenEd", "selectedEd"], (state) => this.#drawEds(state));
    store.watch(["answer", "chosenRoute", "question"], (state) => this.#drawRoutes(state));
    store.watch(["closures"], (state) => this.#drawClosures(state.closures));
    store.watch(
      ["showsCatchments", "live", "showing", "closures", "question", "generation"],
      (state) => void this.#colour(state),
    );
  }

  #askAt({ lng, lat }: L.LatLng): void {
    const location = [round(lng), round(lat)] as const;
    void this.#parts.actions.ask(this.#parts.questionAt(location));
  }

  async #replaceRoads({ generation, opened }: PageState): Promise<void> {
    if (opened === undefined || generation === this.#generation) return;
    this.#generation = generation;
    const { worker, painter } = this.#parts;
    const { west, south, east, north } = opened.roads.bounds;
    this.#map.fitBounds([
      [south, west],
      [north, east],
    ]);
    this.#edColours = await worker.edColours();
    const drawn = await worker.drawing();
    this.#colouredFor = "";
    await painter.setRoads(new Handover(drawn, [drawn.firstPoint.buffer, drawn.points.buffer, drawn.rank.buffer]));
    this.#roads.repaint();
    await this.#colour(this.#parts.store.state);
  }

  async #colour(state: PageState): Promise<void> {
    const { showsCatchments, opened, showing, question } = state;
    const { worker, painter } = this.#parts;
    this.#map.getContainer().classList.toggle("with-catchments", showsCatchments);
    if (opened === undefined) return;
    const { needs = [], age, acuity } = question ?? this.#parts.questionAt([0, 0]);
    const group = defined({ needs, age, acuity });
    const colouredFor = showsCatchments ? JSON.stringify([group, catchmentBasis(state)]) : "";
    if (colouredFor === this.#colouredFor) return;
    this.#colouredFor = colouredFor;
    if (!showsCatchments) {
      await painter.setColours(undefined);
    } else {
      const colours = await worker.catchmentColours(group, momentOf(showing));
      // Another colouring was asked for meanwhile, or none at all: that one counts.
      if (this.#colouredFor !== colouredFor) return;
      await painter.setColours(new Handover(colours, [colours.buffer]));
    }
    this.#roads.repaint();
  }

  #drawEds(state: PageState): void {
    const { answer, chosenEd, selectedEd } = state;
    const eds = shownOf(state)?.eds ?? [];
    const destination = answer?.advice.destination?.hospital.id;
    const ids = new Set(eds.map(({ id }) => id));
    for (const [id, marker] of this.#markers) {
      if (ids.has(id)) continue;
      marker.remove();
      this.#markers.delete(id);
    }
    eds.forEach((ed, number) => {
      const marks = [
        ed.id === destination ? "is-destination" : "",
        ed.id === chosenEd ? "is-chosen" : "",
        ed.id === selectedEd ? "is-selected" : "",
      ].filter((mark) => mark !== "");
      this.#drawEd(ed, number, marks);
    });
    this.#showNames();
  }

  #drawEd(ed: ShownEd, number: number, marks: readonly string[]): void {
    const colour = CATCHMENT_COLOURS[this.#edColours[number] ?? 0]![currentTheme()];
    const isOwn = ed.overrule?.isOwn === true || ed.restrictions.some((one) => one.isOwn);
    const look = [ed.condition, ed.name, colour, isOwn, ...marks].join("|");
    let marker = this.#markers.get(ed.id);
    if (marker === undefined) {
      const [lon, lat] = ed.location;
      marker = L.marker([lat, lon], { riseOnHover: true, icon: L.divIcon({ className: "ed" }) }).addTo(this.#edLayer);
      marker.on("click", () => this.#parts.actions.selectEd(ed.id));
      this.#markers.set(ed.id, marker);
    } else if (marker.options.title === look) return;
    const name = el("span", { class: "ed-name" }, ed.name.replace(/ Hospital$/, ""));
    name.style.borderColor = colour;
    const body = el(
      "div",
      { class: "ed-body" },
      edSymbol(ed.condition, SYMBOL),
      name,
      isOwn && el("span", { class: "own-dot" }),
    );
    marker.options.title = look;
    marker.setIcon(
      L.divIcon({
        className: ["ed", ed.condition === "open" ? "takes-all" : "", ...marks].join(" ").replace("  ", " "),
        html: body,
        iconSize: [SYMBOL, SYMBOL],
      }),
    );
    const icon = marker.getElement();
    icon?.removeAttribute("title");
    icon?.setAttribute("aria-label", `${ed.name}: ${CONDITION_TEXT[ed.condition]}`);
    marker.setZIndexOffset(marks.length > 0 ? 1000 : 0);
  }

  /** Names the EDs that have room for it, the destination and those that do not simply take patients first. */
  #showNames(): void {
    const markers = [...this.#markers.values()];
    const labels = markers.map((marker): WantedLabel => {
      const { x, y } = this.#map.latLngToContainerPoint(marker.getLatLng());
      const { classList } = marker.getElement()!;
      const weight = classList.contains("is-destination") ? 2 : classList.contains("takes-all") ? 0 : 1;
      const { length } = marker.getElement()!.textContent;
      return { x, y, symbolSize: SYMBOL, width: 20 + LETTER * length, height: 22, weight };
    });
    roomForLabels(labels, this.#map.getSize().x).forEach((side, index) => {
      const { classList } = markers[index]!.getElement()!;
      classList.toggle("named", side !== undefined);
      classList.toggle("named-left", side === "left");
    });
  }

  #drawClosures(closures: unknown): void {
    this.#closureLayer.clearLayers();
    if (closures === undefined) return;
    const layer = L.geoJSON(closures as GeoJSON.FeatureCollection, {
      style: { className: "closure", weight: 4 },
      pointToLayer: (_, at) => L.circleMarker(at, { className: "closure", radius: 6 }),
      onEachFeature: ({ properties }, drawn) => {
        drawn.bindTooltip(el("span", {}, String(properties?.reason ?? "closed")));
      },
    });
    this.#closureLayer.addLayer(layer);
  }

  #drawRoutes({ question, answer, chosenRoute }: PageState): void {
    this.#routeLayer.clearLayers();
    const line = (route: NonNullable<typeof chosenRoute>, className: string, weight: number): L.Polyline =>
      L.polyline(
        route.geometry.coordinates.map(([lon, lat]): L.LatLngTuple => [lat!, lon!]),
        { className, weight, interactive: false },
      );
    const main = chosenRoute ?? answer?.route;
    if (answer?.route !== undefined && main !== answer.route)
      line(answer.route, "route other", 4).addTo(this.#routeLayer);
    if (main !== undefined) {
      line(main, "route casing", 9).addTo(this.#routeLayer);
      line(main, "route", 5).addTo(this.#routeLayer);
    }
    if (question !== undefined) {
      const [lon, lat] = question.location;
      const icon = L.divIcon({ className: "incident", html: el("span", {}), iconSize: [22, 22] });
      const marker = L.marker([lat, lon], { icon, keyboard: false, interactive: false }).addTo(this.#routeLayer);
      marker.getElement()?.setAttribute("aria-label", "Incident");
      marker.getElement()?.setAttribute("role", "img");
    }
    // For another place or another ED alone: nobody wants the map to move under the mouse because a feed was heard.
    const fit =
      answer === undefined ? "" : `${answer.advice.incident.location} ${answer.advice.destination?.hospital.id}`;
    if (fit !== this.#fittedFor && main?.bbox !== undefined) this.#show(main.bbox);
    this.#fittedFor = fit;
  }

  #show([west, south, east, north]: readonly number[]): void {
    const box = L.latLngBounds([south!, west!], [north!, east!]);
    const view = this.#map.getBounds();
    // A short way in the middle of a whole county is moved closer, one that can be followed is left where it is.
    const isSmall =
      box.getEast() - box.getWest() < (view.getEast() - view.getWest()) / 5 &&
      box.getNorth() - box.getSouth() < (view.getNorth() - view.getSouth()) / 5;
    if (isSmall || !view.contains(box)) this.#map.fitBounds(box, { padding: [60, 60], maxZoom: 14 });
  }
}

/** What catchments depend on beside the patients; closures begin and end by the minute. */
function catchmentBasis(state: PageState): unknown {
  const { generation, closures } = state;
  const shown = shownOf(state);
  const { features = [] } = (closures ?? {}) as { readonly features?: readonly unknown[] };
  const eds = shown?.eds.map(({ condition, restrictions }) => [
    condition,
    restrictions
      .filter(({ inForce, isOverruled }) => inForce && !isOverruled)
      .map(({ effect, scope }) => [effect, scope]),
  ]);
  return [generation, eds, features, features.length === 0 ? "" : shown?.at.slice(0, 16)];
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
