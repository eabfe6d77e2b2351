-- The three roles and two databases of a clinic's PostgreSQL (14 or later): each process may do what it needs and no more.
-- Run it as a superuser, as often as you like; the passwords come from the environment:
--
--   export IPT_ASSISTANT_PASSWORD=… IPT_ACTIONS_PASSWORD=… IPT_CONSOLE_PASSWORD=…
--   psql -f deploy/postgres/roles.sql
--
-- ipt_assistant  owns the conversations; nothing else.
-- ipt_actions    adds requests and crisis events to the console's database and withdraws them; cannot read what they say.
-- ipt_console    owns the console's database; reads and erases conversations.
--
-- Then, after each `python -m console migrate`, as ipt_console: `python -m console grants` gives ipt_actions its columns.
\set ON_ERROR_STOP on
\getenv assistant_password IPT_ASSISTANT_PASSWORD
\getenv actions_password IPT_ACTIONS_PASSWORD
\getenv console_password IPT_CONSOLE_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['ipt_assistant', 'ipt_actions', 'ipt_console']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
ALTER ROLE ipt_assistant PASSWORD :'assistant_password';
ALTER ROLE ipt_actions PASSWORD :'actions_password';
ALTER ROLE ipt_console PASSWORD :'console_password';

SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
FROM (VALUES ('ipt_conversations', 'ipt_assistant'), ('ipt_console', 'ipt_console')) AS wanted (name, owner)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)
\gexec
REVOKE ALL ON DATABASE ipt_conversations, ipt_console FROM PUBLIC;
GRANT CONNECT ON DATABASE ipt_conversations TO ipt_console;
GRANT CONNECT ON DATABASE ipt_console TO ipt_actions;

\connect ipt_conversations
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO ipt_assistant;
GRANT USAGE ON SCHEMA public TO ipt_console;
GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ipt_console;
ALTER DEFAULT PRIVILEGES FOR ROLE ipt_assistant IN SCHEMA public GRANT SELECT, UPDATE, DELETE ON TABLES TO ipt_console;

\connect ipt_console
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO ipt_console;
GRANT USAGE ON SCHEMA public TO ipt_actions;
