"""What is read and never written: claims, queues, overviews, reports."""
