import { defineBuiltin, definePlugin, type } from "@scopeward/sdk";

const echo = defineBuiltin({
  name: "acme.echo",
  args: [type.any],
  result: type.any,
  evaluate: (value) => value,
});

// What untrusted code may do to the thread that it runs in.
const effect = defineBuiltin({
  name: "acme.effect",
  args: [type.any],
  result: type.any,
  evaluate: (value) => {
    if (value === "spin") for (;;);
    if (value === "exit") process.exit(1);
    if (value === "exit later") setTimeout(() => process.exit(1), 1);
    return value;
  },
});

export default definePlugin({ name: "acme", builtins: [echo, effect] });
