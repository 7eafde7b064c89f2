/** The real road networks that arrive with `npm ci`: for tests, benchmarks and `npm start -- --city`. */
export type { City, CityHospital } from "./city";
export { gothenburg } from "./gothenburg";
export { astana, montevideo } from "./qa-city";
