import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { DiversionError } from "../../core/errors";
import { distributeSteps } from "../../planning/distribution/distribution";
import { checkDistributionRequest } from "../../planning/distribution/distribution-request";
import { jsonInTurns } from "../json-steps";
import { type Env, json, problems } from "../openapi";
import { DistributionBody, DistributionResponse, MAXIMUM_ROWS_AT_ONCE } from "../schemas/distributions";
import type { DiversionService } from "../service";

const post = createRoute({
  method: "post",
  path: "/v1/distributions",
  summary: "Many casualties over the EDs, by need, priority, capacity and time together.",
  request: { body: { required: true, content: { "application/json": { schema: DistributionBody } } } },
  responses: {
    200: json(DistributionResponse, "The plan; also when somebody has no place."),
    400: problems[400],
    413: problems[413],
    422: problems[422],
  },
});

export function distributionRoutes(app: OpenAPIHono<Env>, { router, turns }: DiversionService): void {
  // Described, and checked by the library in its own words.
  app.openAPIRegistry.registerPath(post);
  app.post(post.path, async (c) => {
    const request = checkDistributionRequest(await c.req.json(), router.hospitals);
    const rows = request.incidents.reduce((sum, { casualties }) => sum + casualties.length, 0);
    if (rows > MAXIMUM_ROWS_AT_ONCE) {
      const message = `There are ${rows} rows of casualties; send at most ${MAXIMUM_ROWS_AT_ONCE} at a time, those that are alike as one with a count, or use the command.`;
      throw new DiversionError("invalid-incident", message, { field: "incidents" });
    }
    return jsonInTurns(c, turns, await turns.run(distributeSteps(router, request)));
  });
}
