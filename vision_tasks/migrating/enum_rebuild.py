"""The statement that makes an enum type anew without one of its labels."""

# The columns that can be given the new type. What holds the type but is no such column, and what
# ALTER TYPE cannot carry over, is a dependent.
_USED = """
SELECT attrelid, attnum, attname, atttypid,
           attrelid::regclass::text AS relation, quote_ident(attname) AS name,
           CASE WHEN atttypid = items THEN '[]' ELSE '' END AS brackets
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p')
     WHERE atttypid IN (old, items) AND NOT attisdropped AND attgenerated = ''"""

# https://www.postgresql.org/docs/current/catalog-pg-depend.html
_ON_TYPE = "refclassid = 'pg_type'::regclass AND refobjid IN (old, items)"
_ON_COLUMN = """refclassid = 'pg_class'::regclass
           AND (refobjid, refobjsubid) IN (SELECT attrelid, attnum FROM used)"""
_DEPENDENTS = f"""
    SELECT CASE classid
        WHEN 'pg_rewrite'::regclass THEN (
          SELECT pg_describe_object('pg_class'::regclass, ev_class, 0)
            FROM pg_rewrite WHERE oid = objid)
        WHEN 'pg_attrdef'::regclass THEN (
          SELECT pg_describe_object('pg_class'::regclass, adrelid, adnum)
            FROM pg_attrdef WHERE oid = objid)
        WHEN 'pg_class'::regclass THEN (
          SELECT pg_describe_object(classid, objid,
                                    CASE WHEN relkind IN ('v', 'm') THEN 0 ELSE objsubid END)
            FROM pg_class WHERE oid = objid)
        ELSE pg_describe_object(classid, objid, objsubid) END
      FROM pg_depend
     WHERE deptype <> 'i' AND classid <> 'pg_trigger'::regclass
       AND ({_ON_TYPE}
         OR {_ON_COLUMN}
           AND (classid IN ('pg_rewrite'::regclass, 'pg_attrdef'::regclass, 'pg_policy'::regclass,
                            'pg_proc'::regclass, 'pg_publication_rel'::regclass)
             OR classid = 'pg_constraint'::regclass
               AND (SELECT contype FROM pg_constraint WHERE oid = objid) = 'f'))
       AND NOT (classid = 'pg_class'::regclass
                AND (objid, objsubid) IN (SELECT attrelid, attnum FROM used))
       AND NOT (classid = 'pg_attrdef'::regclass
                AND EXISTS (SELECT FROM pg_attrdef JOIN used ON adrelid = attrelid
                              AND adnum = attnum WHERE pg_attrdef.oid = objid))
    UNION
    SELECT pg_describe_object('pg_class'::regclass, inhrelid, 0) FROM pg_inherits
     WHERE inhrelid IN (SELECT attrelid FROM used) OR inhparent IN (SELECT attrelid FROM used)"""  # noqa: S608

_DEFAULTS = """
    SELECT 'ALTER TABLE ' || relation || ' ALTER ' || name AS change,
           pg_get_expr(adbin, adrelid) AS value
      FROM used JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"""
_TRIGGERS = f"""
    SELECT pg_trigger.oid, tgenabled, quote_ident(tgname) AS trigger,
           tgrelid::regclass::text AS relation, pg_get_triggerdef(pg_trigger.oid) AS definition,
           quote_literal(obj_description(pg_trigger.oid, 'pg_trigger')) AS remark
      FROM pg_trigger
     WHERE NOT tgisinternal AND tgparentid = 0 AND EXISTS (
       SELECT FROM pg_depend WHERE classid = 'pg_trigger'::regclass AND objid = pg_trigger.oid
          AND ({_ON_TYPE} OR {_ON_COLUMN}))"""  # noqa: S608
_SOURCES = f"WITH used AS ({_USED}), defaults AS ({_DEFAULTS}), triggers AS ({_TRIGGERS})"

# Everything is written down as PostgreSQL itself writes it before the old type is renamed, which
# would show in it.
REBUILD_WITHOUT_LABEL = f"""
DO $rebuild$
DECLARE
  old oid;
  items oid;
  bare text;
  made text;
  labels text;
  dependents text;
  statements text[];
  statement text;
BEGIN
  SELECT pg_type.oid, typarray, quote_ident(typname), quote_ident(nspname) || '.'
         || quote_ident(typname) INTO old, items, bare, made
    FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace
   WHERE typname = {{type}} AND nspname = current_schema();
  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumtypid = old AND enumlabel = {{label}}) THEN
    RETURN;
  END IF;

  WITH used AS ({_USED})
  SELECT string_agg(name, ', ' ORDER BY name) INTO dependents
    FROM ({_DEPENDENTS}) AS found (name);
  IF dependents IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'dependent_objects_still_exist',
      MESSAGE = 'the label ' || quote_literal({{label}}) || ' cannot be taken away while these'
        || ' depend on the type ' || bare || ': ' || dependents
        || '; drop them, run the downgrade, then make them again';
  END IF;

  SELECT coalesce(string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder), '')
    INTO labels FROM pg_enum WHERE enumtypid = old AND enumlabel <> {{label}};
  {_SOURCES}
  SELECT array_agg(line ORDER BY step, line) INTO statements FROM (
    SELECT 1, 'DROP TRIGGER ' || trigger || ' ON ' || relation FROM triggers
    UNION ALL
    SELECT 1, change || ' DROP DEFAULT' FROM defaults
    UNION ALL
    SELECT 2, 'ALTER TABLE ' || relation || string_agg(
             ' ALTER ' || name || ' TYPE ' || made || brackets || ' USING ' || name || '::text'
             || brackets || '::' || made || brackets, ',')
      FROM used GROUP BY relation
    UNION ALL
    SELECT 3, change || ' SET DEFAULT ' || value FROM defaults
    UNION ALL
    SELECT 3, definition FROM triggers
    UNION ALL
    SELECT 4, 'ALTER TABLE ' || relation || CASE tgenabled WHEN 'D' THEN ' DISABLE'
             WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END || ' TRIGGER ' || trigger
      FROM triggers WHERE tgenabled <> 'O'
    UNION ALL
    SELECT 4, 'COMMENT ON TRIGGER ' || trigger || ' ON ' || relation || ' IS ' || remark
      FROM triggers WHERE remark IS NOT NULL
    UNION ALL
    SELECT 4, 'COMMENT ON TYPE ' || made || ' IS ' || quote_literal(obj_description(old, 'pg_type'))
     WHERE obj_description(old, 'pg_type') IS NOT NULL
    UNION ALL
    SELECT 5, 'ALTER TYPE ' || made || ' OWNER TO ' || typowner::regrole
      FROM pg_type WHERE oid = old AND typowner <> current_user::regrole
    UNION ALL
    SELECT 6, 'REVOKE ALL ON TYPE ' || made || ' FROM PUBLIC'
      FROM pg_type WHERE oid = old AND typacl IS NOT NULL
    UNION ALL
    SELECT 7, 'GRANT ' || privilege_type || ' ON TYPE ' || made || ' TO '
             || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
             || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
      FROM pg_type, aclexplode(typacl) WHERE oid = old
  ) AS written (step, line);

  EXECUTE 'ALTER TYPE ' || made || ' RENAME TO enum_type_before';
  EXECUTE 'CREATE TYPE ' || made || ' AS ENUM (' || labels || ')';
  FOREACH statement IN ARRAY coalesce(statements, '{{{{}}}}') LOOP
    EXECUTE statement;
  END LOOP;
  DROP TYPE enum_type_before;
END
$rebuild$"""  # noqa: S608
