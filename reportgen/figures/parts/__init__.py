"""The elements figures are made of. Each draws once and returns what moves it to other data: a still is a film of one frame."""
