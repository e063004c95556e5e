# Each marked line must be refused, and no other.
import track
from track import CheckoutCompleted, log_event, log_event_async

log_event("checkout_complete", {"order_id": "a", "order_value": 1, "currency": "EUR"})  # wrong: misspelt event
log_event("checkout_completed")  # wrong: no properties
log_event("checkout_completed", {})  # wrong: required properties
log_event("checkout_completed", {"order_id": "a", "currency": "EUR"})  # wrong: one required property
log_event("checkout_completed", {"order_id": "a", "order_value": "1", "currency": "EUR"})  # wrong: text for a number
log_event("checkout_completed", {"order_id": 1, "order_value": 1, "currency": "EUR"})  # wrong: a number for text
log_event("checkout_completed", {"order_id": "a", "order_value": 1, "currency": "CHF"})  # wrong: enumeration
log_event("checkout_completed", {"order_id": "a", "order_value": 1, "currency": "EUR", "x": 1})  # wrong: unknown
log_event("checkout_completed", {"order_id": "a", "order_value": 1, "currency": "EUR", "payment": "x"})  # wrong: value
log_event("checkout_completed", {"order_id": "a", "order_value": 1, "currency": "EUR", "items": [{}]})  # wrong: element
log_event("checkout_completed", {"order_id": "a", "order_value": 1, "currency": "EUR", "shipping": {}})  # wrong: object
log_event("product_viewed", {"product_id": None})  # wrong: neither alternative
log_event("product_viewed", {"product_id": 1, "size": (1, 2, 3)})  # wrong: too many elements
log_event("product_viewed", {"product_id": 1, "rating": 6})  # wrong: number of an enumeration
log_event("product_viewed", {"product_id": 1, "category": {"title": "a", "inside": [{}]}})  # wrong: recursive
log_event("cart_emptied", {"a": 1})  # wrong: property of an event without
log_event("cart_emptied", {}, user=1)  # wrong: no such detail
log_event("cart_emptied", {}, user_id=1)  # wrong: a number for an id
track.init(write_key="demo", endpoint="https://collect.example.com")  # wrong: nothing said of consent
wrong: CheckoutCompleted = {"order_id": "a"}  # wrong: type alone


async def main() -> None:
    await log_event_async("checkout_complete", {})  # wrong: misspelt event
    await log_event_async("product_viewed", {})  # wrong: required property
    await log_event_async("product_viewed", {"product_id": 1})
