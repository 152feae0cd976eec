// The server as a desktop client starts it: one connection, whose key is in the environment.
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { openScopeward } from "scopeward";
import { companyServer } from "./company-server.ts";

const { COMPANY_OPTIONS = "{}", SCOPEWARD_TOKEN: token = "" } = process.env;
const ward = await openScopeward(
  JSON.parse(COMPANY_OPTIONS) as Parameters<typeof openScopeward>[0],
);
serveStdio(() => companyServer({ enforcer: ward.enforcer, token }));
process.stdin.once("close", () => void ward.close());
