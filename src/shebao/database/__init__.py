"""PostgreSQL: its server, connections and roles, bulk copying, what migrations need beyond Django.

server      an embedded server for development, tests and the demo
connection  DSN, roles, Django's connection, migrations
copying     tables of Arrow and numpy into PostgreSQL by binary COPY
operations  migration operations: partitions, row-level security, append-only tables
"""
