"""What a sheet shows as data: its cells, points, bars and curves, with places, values and names."""
