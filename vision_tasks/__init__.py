"""What the API and the dashboard share; it knows neither Quart nor Flask."""
