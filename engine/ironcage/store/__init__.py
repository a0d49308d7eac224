"""The database: tables, schema revisions, units of work and queries."""
