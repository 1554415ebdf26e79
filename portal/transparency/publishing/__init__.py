"""What gives the log to its readers: files, cosignatures, bundles for reporters, totals."""
