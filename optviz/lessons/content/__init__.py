"""One file for each lesson: its questions with their options, and the tables of its checks."""
