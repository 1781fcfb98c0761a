"""What a partnership's pack holds, one module for each part of it."""
