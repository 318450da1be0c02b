"""权限: who acts, where and for what; who has read whose record.

models    actors, roles, grants, places, acts, reads
acting    one transaction with an actor and a purpose
services  actors and their grants
reads     the log of reads of persons
"""
