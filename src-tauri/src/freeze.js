// Freezes Object.prototype before any script of a page runs, so that none can be made to
// change the objects of another. Assigning to an inherited name must still make an own
// property: a plain freeze forbids that too, and breaks honest libraries (d3-color sets
// `constructor`). So each value becomes a getter and such a setter first.
(() => {
  const root = Object.prototype;
  for (const key of Reflect.ownKeys(root)) {
    const { value, enumerable, configurable } = Object.getOwnPropertyDescriptor(root, key);
    if (value === undefined || !configurable) continue;
    Object.defineProperty(root, key, {
      get: () => value,
      set(own) {
        if (this === root) throw new TypeError(`Object.prototype.${String(key)} is frozen`);
        Object.defineProperty(this, key, {
          value: own,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      enumerable,
    });
  }
  Object.freeze(root);
})();
