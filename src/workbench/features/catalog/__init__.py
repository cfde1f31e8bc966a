"""The catalog: browse, describe, preview and fill catalogs, schemas, tables and volumes."""
