package example.northwind.orders;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps orders by number. */
public final class Orders {
  private final Map<String, Order> byId = new ConcurrentHashMap<>();

  public void place(Order order) {
    byId.put(order.id(), order);
  }

  public Optional<Order> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public void paymentArrived(String id) {
    byId.computeIfPresent(id, (key, order) -> order.paid());
  }
}
