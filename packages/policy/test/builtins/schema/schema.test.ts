import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  [
    "json.match_schema",
    ['{"id":5}', '{"properties":{"id":{"type":"integer"}},"required":["id","x"]}'],
    '[false,[{"desc":"x is required","error":"(Root): x is required","field":"(Root)","type":"required"}]]',
  ],
  [
    "json.match_schema",
    [
      '"{\\"id\\":\\"a\\"}"',
      '"{\\"properties\\":{\\"id\\":{\\"type\\":[\\"integer\\",\\"null\\"]}}}"',
    ],
    '[false,[{"desc":"Invalid type. Expected: [integer,null], given: string","error":"id: Invalid type. Expected: [integer,null], given: string","field":"id","type":"invalid_type"}]]',
  ],
  ["json.match_schema", ['{"a":1}', '{"type":"objekt"}'], "fails"],
  ["json.match_schema", ["1", "{}"], "fails"],
  [
    "json.match_schema",
    ['"1"', '{"type":"integer","minimum":2,"multipleOf":3}'],
    '[false,[{"desc":"Must be a multiple of 3","error":"(Root): Must be a multiple of 3","field":"(Root)","type":"multiple_of"},{"desc":"Must be greater than or equal to 2","error":"(Root): Must be greater than or equal to 2","field":"(Root)","type":"number_gte"}]]',
  ],
  ["json.match_schema", ['"0.3"', '{"multipleOf":0.1}'], "[true,[]]"],
  [
    "json.match_schema",
    ['"5"', '{"exclusiveMaximum":5}'],
    '[false,[{"desc":"Must be less than 5","error":"(Root): Must be less than 5","field":"(Root)","type":"number_lt"}]]',
  ],
  [
    "json.match_schema",
    ['"5"', '{"maximum":5,"exclusiveMaximum":true}'],
    '[false,[{"desc":"Must be less than 5","error":"(Root): Must be less than 5","field":"(Root)","type":"number_lt"}]]',
  ],
  [
    "json.match_schema",
    ["[1,1]", '{"uniqueItems":true,"maxItems":1,"contains":{"type":"string"}}'],
    '[false,[{"desc":"Array must have at most 1 items","error":"(Root): Array must have at most 1 items","field":"(Root)","type":"array_max_items"},{"desc":"array items[0,1] must be unique","error":"(Root): array items[0,1] must be unique","field":"(Root)","type":"unique"},{"desc":"At least one of the items must match","error":"(Root): At least one of the items must match","field":"(Root)","type":"contains"},{"desc":"Invalid type. Expected: string, given: integer","error":"0: Invalid type. Expected: string, given: integer","field":"0","type":"invalid_type"}]]',
  ],
  [
    "json.match_schema",
    ['[1,"x"]', '{"items":[{"type":"integer"}],"additionalItems":false}'],
    '[false,[{"desc":"No additional items allowed on array","error":"(Root): No additional items allowed on array","field":"(Root)","type":"array_no_additional_items"}]]',
  ],
  [
    "json.match_schema",
    ['[1,"x"]', '{"items":{"type":"integer"}}'],
    '[false,[{"desc":"Invalid type. Expected: integer, given: string","error":"1: Invalid type. Expected: integer, given: string","field":"1","type":"invalid_type"}]]',
  ],
  [
    "json.match_schema",
    ['{"a":1}', '{"additionalProperties":false}'],
    '[false,[{"desc":"Additional property a is not allowed","error":"(Root): Additional property a is not allowed","field":"(Root)","type":"additional_property_not_allowed"}]]',
  ],
  [
    "json.match_schema",
    ['{"ab":1}', '{"patternProperties":{"^a":{"type":"string"}}}'],
    '[false,[{"desc":"Invalid type. Expected: string, given: integer","error":"ab: Invalid type. Expected: string, given: integer","field":"ab","type":"invalid_type"}]]',
  ],
  [
    "json.match_schema",
    ['{"ab":1}', '{"propertyNames":{"maxLength":1}}'],
    '[false,[{"desc":"Property name of \\"ab\\" does not match","error":"(Root): Property name of \\"ab\\" does not match","field":"(Root)","type":"invalid_property_name"},{"desc":"String length must be less than or equal to 1","error":"(Root): String length must be less than or equal to 1","field":"(Root)","type":"string_lte"}]]',
  ],
  [
    "json.match_schema",
    ['{"a":1}', '{"dependencies":{"a":["b"]}}'],
    '[false,[{"desc":"Has a dependency on b","error":"(Root): Has a dependency on b","field":"(Root)","type":"missing_dependency"}]]',
  ],
  [
    "json.match_schema",
    ['"\\"x\\""', '{"anyOf":[{"type":"integer"},{"minLength":2}]}'],
    '[false,[{"desc":"Must validate at least one schema (anyOf)","error":"(Root): Must validate at least one schema (anyOf)","field":"(Root)","type":"number_any_of"},{"desc":"String length must be greater than or equal to 2","error":"(Root): String length must be greater than or equal to 2","field":"(Root)","type":"string_gte"}]]',
  ],
  [
    "json.match_schema",
    ['"1"', '{"oneOf":[{"type":"integer"},{"minimum":0}]}'],
    '[false,[{"desc":"Must validate one and only one schema (oneOf)","error":"(Root): Must validate one and only one schema (oneOf)","field":"(Root)","type":"number_one_of"}]]',
  ],
  [
    "json.match_schema",
    ['"1"', '{"allOf":[{"type":"string"}],"not":{"const":1}}'],
    '[false,[{"desc":"Invalid type. Expected: string, given: integer","error":"(Root): Invalid type. Expected: string, given: integer","field":"(Root)","type":"invalid_type"},{"desc":"Must validate all the schemas (allOf)","error":"(Root): Must validate all the schemas (allOf)","field":"(Root)","type":"number_all_of"},{"desc":"Must not validate the schema (not)","error":"(Root): Must not validate the schema (not)","field":"(Root)","type":"number_not"}]]',
  ],
  [
    "json.match_schema",
    ['"1"', '{"if":{"const":1},"then":{"minimum":2}}'],
    '[false,[{"desc":"Must validate \\"then\\" as \\"if\\" was valid","error":"(Root): Must validate \\"then\\" as \\"if\\" was valid","field":"(Root)","type":"condition_then"},{"desc":"Must be greater than or equal to 2","error":"(Root): Must be greater than or equal to 2","field":"(Root)","type":"number_gte"}]]',
  ],
  [
    "json.match_schema",
    ['"\\"1.2.3\\""', '{"format":"ipv4","pattern":"^x"}'],
    '[false,[{"desc":"Does not match format \'ipv4\'","error":"(Root): Does not match format \'ipv4\'","field":"(Root)","type":"format"},{"desc":"Does not match pattern \'^x\'","error":"(Root): Does not match pattern \'^x\'","field":"(Root)","type":"pattern"}]]',
  ],
  [
    "json.match_schema",
    ['"2"', '{"enum":[1,"a"]}'],
    '[false,[{"desc":"(Root) must be one of the following: 1, \\"a\\"","error":"(Root): (Root) must be one of the following: 1, \\"a\\"","field":"(Root)","type":"enum"}]]',
  ],
  [
    "json.match_schema",
    ['{"a":{"a":{"b":1}}}', '{"properties":{"a":{"$ref":"#"},"b":{"type":"string"}}}'],
    '[false,[{"desc":"Invalid type. Expected: string, given: integer","error":"a.a.b: Invalid type. Expected: string, given: integer","field":"a.a.b","type":"invalid_type"}]]',
  ],
  [
    "json.match_schema",
    [
      '{"a":1}',
      '{"definitions":{"x":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/x"}}}',
    ],
    '[false,[{"desc":"Invalid type. Expected: string, given: integer","error":"a: Invalid type. Expected: string, given: integer","field":"a","type":"invalid_type"}]]',
  ],
  [
    "json.match_schema",
    [
      '{"a":1}',
      '{"$id":"http://example.com/root","definitions":{"x":{"$id":"item","type":"string"}},"properties":{"a":{"$ref":"item"}}}',
    ],
    '[false,[{"desc":"Invalid type. Expected: string, given: integer","error":"a: Invalid type. Expected: string, given: integer","field":"a","type":"invalid_type"}]]',
  ],
  [
    "json.match_schema",
    ['{"a":1}', '{"properties":{"a":{"$ref":"http://example.com/x"}}}'],
    "fails",
  ],
  ["json.verify_schema", ['{"type":"boolean"}'], "[true,null]"],
  [
    "json.verify_schema",
    ['"{\\"type\\":1}"'],
    '[false,"jsonschema: Invalid type. Expected: type, given: string/Array Of Strings"]',
  ],
  ["json.verify_schema", ['"{"'], '[false,"jsonschema: invalid JSON string"]'],
  ["json.verify_schema", ["1"], '[false,"jsonschema: wrong type, expected string or object"]'],
  [
    "json.verify_schema",
    ['{"pattern":"("}'],
    '[false,"jsonschema: pattern must be a valid regex"]',
  ],
  [
    "json.verify_schema",
    ['{"required":["a","a"]}'],
    '[false,"jsonschema: required items must be unique"]',
  ],
  [
    "json.verify_schema",
    ['{"minLength":3,"maxLength":2}'],
    '[false,"jsonschema: minLength cannot be greater than maxLength"]',
  ],
  [
    "json.verify_schema",
    ['{"multipleOf":0}'],
    '[false,"jsonschema: multipleOf must be strictly greater than 0"]',
  ],
  [
    "json.verify_schema",
    ['{"$schema":"http://json-schema.org/draft-04/schema#","exclusiveMaximum":1}'],
    '[false,"jsonschema: Invalid type. Expected: boolean, given: exclusiveMaximum"]',
  ],
  [
    "json.verify_schema",
    ['{"$schema":"http://json-schema.org/draft-07/schema#","maximum":1,"exclusiveMaximum":true}'],
    '[false,"jsonschema: Invalid type. Expected: number, given: exclusiveMaximum"]',
  ],
  [
    "json.verify_schema",
    ['{"properties":{"a":{"$ref":"#/nope"}}}'],
    "[false,\"jsonschema: Object has no key 'nope'\"]",
  ],
];

describe("json schemas", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
