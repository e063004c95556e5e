# What a user of the generated track.py may write.
import asyncio
import datetime

import track
from track import CheckoutCompleted, log_event, log_event_async

track.init(write_key="demo", endpoint="https://collect.example.com", consent=["analytics"])
log_event("checkout_completed", {"order_id": "a", "order_value": 1.5, "currency": "EUR"})
log_event("checkout_completed", {"order_id": "a", "order_value": 1, "currency": "USD", "coupon": None, "note": [1]})
log_event("product_viewed", {"product_id": 1, "size": (1.0, 2.0), "rating": 5})
log_event("product_viewed", {"product_id": "p", "category": {"title": "a", "inside": [{"title": "b"}]}})
log_event("cart_emptied")
log_event("cart_emptied", {})
log_event("app_crashed", {"anything": True})
log_event("basket_opened", {"from": "menu"})
order: CheckoutCompleted = {"order_id": "a", "order_value": 1, "currency": "EUR", "items": [{"sku": "s", "price": 1}]}
outcome = log_event(
    "checkout_completed",
    order,
    user_id="u",
    anonymous_id="a",
    consent=["analytics"],
    event_id="0192e6a4-0000-7000-8000-000000000000",
    timestamp=datetime.datetime.now(),
)
verdict: str = outcome.verdict


async def main() -> None:
    await log_event_async("cart_emptied")
    reason: str = (await log_event_async("product_viewed", {"product_id": 1})).reason
    print(reason)


asyncio.run(main())
