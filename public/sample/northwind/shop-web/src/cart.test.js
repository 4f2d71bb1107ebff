import assert from "node:assert/strict";
import { test } from "node:test";
import { Cart } from "./cart.js";
import { price } from "./price.js";

test("a sale takes ten percent off", () => {
  const cart = new Cart();
  cart.add("tea", 2);
  assert.equal(price(cart, false), 900);
  assert.equal(price(cart, true), 810);
});

test("a line needs at least one item", () => {
  assert.throws(() => new Cart().add("tea", 0), RangeError);
});
