const cents = { tea: 450, coffee: 620, mug: 1290 };

export function price(cart, sale) {
  const sum = cart.items().reduce((total, { sku, count }) => total + (cents[sku] ?? 0) * count, 0);
  return sale ? Math.round(sum * 0.9) : sum;
}
