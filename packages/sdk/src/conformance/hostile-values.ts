function fail(): never {
  throw new Error("a value that was sent was read carelessly");
}

/** Values that whoever calls may send in place of what is asked for; none is a token or a principal. */
export function hostileValues(): unknown[] {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  return [
    undefined,
    null,
    true,
    0,
    Number.NaN,
    1n,
    Symbol("token"),
    fail,
    "",
    "\0",
    "\uD800",
    "x".repeat(1_000_000),
    [],
    {},
    new Date(Number.NaN),
    Object.create(null) as object,
    Object.defineProperty({}, "key", { get: fail }),
    { toString: fail, valueOf: fail, toJSON: fail, [Symbol.toPrimitive]: fail },
    { reveal: fail },
    new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail }),
    revoked.proxy,
  ];
}
