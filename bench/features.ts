/**
 * Policies with as many features as asked for, as a large company would have them: each has two
 * scopes, two tools and three rules, but every 7th lacks rules, every 11th has a head that is
 * unusual and legal, one tool belongs to three features, and every 10th brings a data file.
 */
export function manyFeatures(count: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let index = 0; index < count; index++) {
    files[`features/f${index}.rego`] = feature(index);
    if (index % 10 === 0) {
      files[`tables/f${index}/data.json`] = JSON.stringify({ limit: 5000 + index, open: ["crm"] });
    }
  }
  return files;
}

function feature(index: number): string {
  const shared = index < 3 ? ', "shared_tool": {"resource": "none"}' : "";
  const parts = [
    `# METADATA\n# title: Feature ${index}\npackage features.f${index}`,
    `# METADATA\n# title: Read ${index}\nscopes["f${index}:read"] := {\n\t"tools": {"f${index}_read": {"resource": "none"}${shared}},\n\t"audiences": ["internal", "external"],\n}`,
    `# METADATA\n# title: Write ${index}\nscopes["f${index}:write"] := {"tools": {"f${index}_write": {"resource": "none"}}, "risk": "high"}`,
    denial(index),
  ];
  if (index % 7 !== 6) {
    parts.push(
      `require_approval contains {"code": "large"} if input.args.limit > ${index + 100}`,
      `obligations contains {"type": "redact_result", "fields": ["/email"]} if startswith(input.args.dataset, "crm")`,
    );
  }
  return `${parts.join("\n\n")}\n`;
}

function denial(index: number): string {
  if (index % 11 === 10) {
    return `deny contains {"code": "limit", "message": message} if {\n\tsome limit in [input.args.limit]\n\tlimit > ${index + 1000}\n\tmessage := $"{limit} rows"\n}`;
  }
  return `deny contains {"code": "limit"} if input.args.limit > ${index + 1000}`;
}

/** A request that feature `index` allows, with one obligation where it has that rule. */
export function requestOf(index: number): Record<string, unknown> {
  return {
    phase: "call",
    subject: { type: "user", id: "ada" },
    key: {
      id: "k00000000001",
      audience: "internal",
      scopes: [`f${index}:read`, "other:read"],
    },
    action: { type: "tool", name: `f${index}_read` },
    args: { limit: 5, dataset: "crm_contacts" },
    context: { time: "2026-01-31T12:00:00Z" },
  };
}
