"""What every row says of itself: where it comes from, who it is about, which rules its answer rests on."""
