"""Recomputing a release outside the portal: what an auditor is given, what is checked."""
