"""What open pages learn without a reload, at the price of one look however many people look on."""
