export class Cart {
  #lines = new Map();

  add(sku, count) {
    if (count < 1) throw new RangeError("count must be at least 1");
    this.#lines.set(sku, (this.#lines.get(sku) ?? 0) + count);
  }

  remove(sku) {
    this.#lines.delete(sku);
  }

  items() {
    return [...this.#lines].map(([sku, count]) => ({ sku, count }));
  }
}
