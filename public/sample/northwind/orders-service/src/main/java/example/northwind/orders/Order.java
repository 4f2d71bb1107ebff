package example.northwind.orders;

import java.util.List;

/** An order and where it stands. */
public record Order(String id, List<String> skus, Status status) {
  public enum Status { PLACED, PAID, SHIPPED, DONE }

  public Order paid() {
    if (status != Status.PLACED) {
      throw new IllegalStateException("Order " + id + " is " + status);
    }
    return new Order(id, skus, Status.PAID);
  }

  public Order shipped() {
    if (status != Status.PAID) {
      throw new IllegalStateException("Order " + id + " is not paid");
    }
    return new Order(id, skus, Status.SHIPPED);
  }
}
