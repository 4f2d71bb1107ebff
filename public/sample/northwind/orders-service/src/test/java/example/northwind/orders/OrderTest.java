package example.northwind.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OrderTest {
  private final Order placed = new Order("7", List.of("tea"), Order.Status.PLACED);

  @Test
  void isPaidOnce() {
    Order paid = placed.paid();
    assertEquals(Order.Status.PAID, paid.status());
    assertThrows(IllegalStateException.class, paid::paid);
  }
}
