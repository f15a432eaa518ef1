"""The rows of a big house, table by table: what `house.build` runs."""

PLAIN_TABLES = ("helpdesk_ticket", "mail_message", "mail_followers")
TABLES = (
    *PLAIN_TABLES,
    "helpdesk_sla_clock",
    "helpdesk_sla_clock_line",
    "helpdesk_slack_outbox",
    "helpdesk_slack_thread",
    "helpdesk_inbound_mail",
    "helpdesk_slack_inbound",
    "helpdesk_letter",
    "helpdesk_bridge_search",
)
#: Those that no constraint needs.
INDEXES = """
SELECT json_object_agg(indexname, indexdef) FROM pg_indexes
 WHERE tablename IN ({tables})
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = to_regclass(quote_ident(indexname)))
"""
#: The machine is shared; without triggers, which would look at each row.
MODEST = (
    "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET work_mem = '64MB';"
    " SET max_parallel_maintenance_workers = 0; SET max_parallel_workers_per_gather = 0;"
    " SET session_replication_role = replica"
)
SUMMARY = """
SELECT relname, reltuples::bigint, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class
 WHERE relkind = 'r' AND relname ~ '^(helpdesk|mail_message$|mail_followers$|res_partner$)'
   AND pg_total_relation_size(oid) > 1000000
UNION ALL SELECT 'all', 0, pg_size_pretty(pg_database_size(current_database()))
 ORDER BY 1
"""
#: The sequence of a table goes on behind what was put into it.
NEXT = "; SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))"

PEOPLE = """
INSERT INTO res_partner (id, name, complete_name, email, email_normalized, active, type, commercial_partner_id, lang)
SELECT {first_partner} + n, 'Given' || n % 500 || ' Family' || n, 'Given' || n % 500 || ' Family' || n,
       'family' || n || '@customer' || n % 997 || '.example', 'family' || n || '@customer' || n % 997 || '.example',
       TRUE, 'contact', {first_partner} + n, 'en_US'
  FROM generate_series(1, {people}) n
"""
#: One in six of the youngest three of a hundred is open. Half of a team's open tickets have an agent.
TICKETS = """
INSERT INTO helpdesk_ticket (id, name, number, description, company_id, team_id, stage_id, unattended, user_id, active,
                             priority, sequence, partner_id, commercial_partner_id, partner_name, partner_email,
                             create_date, write_date, last_stage_update, closed_date, assigned_date {columns})
SELECT n, 'Problem with ' || substr(md5((n % 3000)::text), 1, 7) || ' ' || n, 'HT' || lpad(n::text, 7, '0'),
       '<p>' || substr(md5(n::text), 1, 8) || '</p>', {company}, {first_team} + n % {teams}, stage, is_new,
       CASE WHEN is_new THEN NULL ELSE {first_agent} + (n % {teams} + n % 4 * 7) % {agents} END, TRUE,
       (CASE WHEN n % 10 = 0 THEN 2 ELSE 1 END)::text, 10, {first_partner} + 1 + n % {people},
       {first_partner} + 1 + n % {people}, 'Given Family', 'family' || 1 + n % {people} || '@customer.example',
       begun, begun, begun, CASE WHEN NOT is_open THEN begun + interval '1 day' END,
       CASE WHEN NOT is_new THEN begun END {values}
  FROM generate_series(1, {tickets}) n,
       LATERAL (SELECT n > {tickets} * 0.97 AND n % 6 = 0 AS is_open,
                       n > {tickets} * 0.97 AND n % 12 = 0 AS is_new,
                       (now() AT TIME ZONE 'UTC')::timestamp(0) - ({tickets} - n) * interval '1 minute' AS begun) facts,
       LATERAL (SELECT CASE WHEN is_new THEN {new} WHEN is_open THEN {open} ELSE {done} END AS stage) stages
"""
OUR_COLUMNS = ", bridge_number, sla_policy_id, sla_since, sla_status, sla_due, sla_paused, customer_replied"
OUR_VALUES = """, n, {first_policy} + n % {policies}, begun,
       CASE WHEN n % 7 = 0 THEN 'breached' WHEN is_open THEN 'on_track' ELSE 'met' END,
       CASE WHEN is_open THEN now() AT TIME ZONE 'UTC' + (n % 9000) * interval '1 minute' + interval '1 day' END, FALSE,
       CASE WHEN is_open AND n % 18 = 0 THEN TRUE END"""
MESSAGES = """
INSERT INTO mail_message (model, res_id, message_type, subtype_id, email_from, subject, body, date, create_date,
                          author_id, message_id, is_internal)
SELECT 'helpdesk.ticket', ticket.id, CASE WHEN line = 2 THEN 'comment' ELSE 'email' END, {subtype},
       ticket.partner_email, ticket.name, '<p>' || words || '</p>', ticket.create_date, ticket.create_date,
       ticket.partner_id, '<' || ticket.id || '.' || line || '@customer.example>', FALSE
  FROM helpdesk_ticket ticket
  JOIN generate_series(1, 2) line ON line = 1 OR ticket.id % 2 = 0,
       LATERAL (SELECT string_agg(substr(md5(((ticket.id * 31 + at * 7919) % 40000)::text), 1, 7), ' ') AS words
                  FROM generate_series(1, 12 + 0 * line) at) said
"""
FOLLOWERS = """
INSERT INTO mail_followers (res_model, res_id, partner_id)
SELECT 'helpdesk.ticket', ticket.id, agent.partner_id
  FROM helpdesk_ticket ticket JOIN res_users agent ON agent.id = ticket.user_id
"""
#: First response, resolution; the next response of what is open, and of as many that are over: so many run.
CLOCKS = """
INSERT INTO helpdesk_sla_clock (ticket_id, policy_id, metric, started_at, target_minutes, warn_percent, due_at, warn_at,
                                state, satisfied_at, breached_at, spent_minutes, is_counted, create_date, write_date)
SELECT ticket.id, ticket.sla_policy_id, metric, ticket.create_date, 240, 75,
       CASE WHEN runs THEN ticket.sla_due ELSE ticket.create_date + interval '4 hours' END,
       CASE WHEN runs THEN ticket.sla_due - interval '1 hour' ELSE ticket.create_date + interval '3 hours' END,
       CASE WHEN runs THEN 'running' WHEN late THEN 'missed' ELSE 'met' END,
       CASE WHEN NOT runs THEN ticket.create_date + interval '2 hours' END,
       CASE WHEN late THEN ticket.create_date + interval '4 hours' END,
       CASE WHEN NOT runs THEN 30 + ticket.id % 600 END, NOT runs AND ticket.id < {tickets} - 2000,
       ticket.create_date, ticket.create_date
  FROM helpdesk_ticket ticket, (VALUES ('start'), ('resolution')) metrics (metric),
       LATERAL (SELECT ticket.sla_due IS NOT NULL AS runs) a,
       LATERAL (SELECT NOT runs AND ticket.id % 7 = 0 AS late) b;
INSERT INTO helpdesk_sla_clock (ticket_id, policy_id, metric, started_at, target_minutes, warn_percent, due_at, warn_at,
                                state, create_date, write_date)
SELECT ticket.id, ticket.sla_policy_id, 'next_response', ticket.create_date, 240, 75, due, due - interval '1 hour',
       'running', ticket.create_date, ticket.create_date
  FROM helpdesk_ticket ticket, LATERAL (SELECT now() AT TIME ZONE 'UTC' + ticket.id % 999 * interval '1 hour'
                                               + interval '2 days' AS due) dues
 WHERE ticket.id > {tickets} * 0.97 AND ticket.id % 3 = 0
"""
LINES = """
INSERT INTO helpdesk_sla_clock_line (clock_id, at, kind, stage_id, due_after, create_date, write_date)
SELECT id, started_at, 'started', {new}, due_at, create_date, create_date FROM helpdesk_sla_clock
"""
THREADS = """
INSERT INTO helpdesk_slack_thread (id, ticket_id, channel_id, channel_ref, ts, is_current, is_lost, create_date,
                                   write_date)
SELECT ticket.id, ticket.id, channel.id, channel.channel_ref, extract(epoch FROM ticket.create_date)::bigint || '.'
       || lpad((ticket.id % 1000000)::text, 6, '0'), TRUE, FALSE, ticket.create_date, ticket.create_date
  FROM helpdesk_ticket ticket
  JOIN helpdesk_ticket_team team ON team.id = ticket.team_id
  JOIN helpdesk_slack_channel channel ON channel.id = team.slack_channel_id
"""
#: Some failed, and some wait in a channel that is paused.
OUTBOX = """
INSERT INTO helpdesk_slack_outbox (ticket_id, channel_id, thread_id, event, kind, key, payload, state, attempts,
                                   sent_at, slack_ts, next_attempt_at, create_date, write_date)
SELECT ticket_id, channel_id, thread.id, CASE line WHEN 1 THEN 'created' WHEN 2 THEN 'assigned' ELSE 'closed' END,
       CASE line WHEN 1 THEN 'root' WHEN 2 THEN 'reply' ELSE 'update' END, lpad(ticket_id::text, 24, '0') || line,
       '{{"text": "x"}}', 'sent', 1, at, CASE line WHEN 1 THEN ts WHEN 2 THEN ts || '1' END, at, at, at
  FROM helpdesk_slack_thread thread, generate_series(1, 3) line,
       LATERAL (SELECT thread.create_date + line * interval '1 minute' AS at) moments;
UPDATE helpdesk_slack_outbox SET state = CASE WHEN id % 30 = 0 THEN 'failed' ELSE 'pending' END, sent_at = NULL,
       slack_ts = NULL
 WHERE kind = 'reply' AND ticket_id > {tickets} * 0.97 AND channel_id = {first_channel};
UPDATE helpdesk_slack_channel SET state = 'paused', pause_reason = 'archived' WHERE id = {first_channel}
"""
INBOUND = """
INSERT INTO helpdesk_inbound_mail (ticket_id, verdict, company_id, attempts, key, message_key, message_id, email_from,
                                   subject, is_counted, create_date, write_date)
SELECT id, CASE WHEN id % 2 = 0 THEN 'created' ELSE 'replied' END, {company}, 1, lpad(id::text, 40, '0'), md5(id::text),
       '<' || id || '.1@customer.example>', partner_email, name, id < {tickets} - 2000, create_date, create_date
  FROM helpdesk_ticket WHERE id % 10 < 7;
INSERT INTO helpdesk_slack_inbound (source, kind, workspace_id, company_id, event_ref, channel_ref, message_ts,
                                    thread_ts, event_ts, state, ticket_id, attempts, next_attempt_at, create_date,
                                    write_date)
SELECT 'http', 'message', channel.workspace_id, {company}, 'Ev' || thread.id, thread.channel_ref, thread.ts || '2',
       thread.ts, thread.ts || '2', 'done', thread.ticket_id, 1, thread.create_date, thread.create_date,
       thread.create_date
  FROM helpdesk_slack_thread thread JOIN helpdesk_slack_channel channel ON channel.id = thread.channel_id
 WHERE thread.ticket_id % 10 >= 7
"""
COUNTED = """
INSERT INTO helpdesk_bridge_count (name, labels, counter, value)
SELECT 'clocks_over', jsonb_build_array(metric, state), 0, COUNT(*) FROM helpdesk_sla_clock WHERE is_counted
 GROUP BY metric, state
UNION ALL SELECT 'breaches_forgotten', jsonb_build_array(metric), 0, COUNT(*) FROM helpdesk_sla_clock
 WHERE is_counted AND breached_at IS NOT NULL GROUP BY metric
UNION ALL SELECT 'mails_forgotten', jsonb_build_array(verdict), 0, COUNT(*) FROM helpdesk_inbound_mail
 WHERE is_counted GROUP BY verdict;
INSERT INTO helpdesk_letter (ticket_id, kind, state, address, create_date, write_date)
SELECT id, 'received', 'queued', partner_email, create_date, create_date FROM helpdesk_ticket
 WHERE id > {tickets} * 0.96;
SELECT setval('helpdesk_bridge_reference', {tickets})
"""


def statements(size, found, has_addon):
    """What is put into the tables, in this order: ``{what: SQL}``. :param found: what `house_process` has said"""
    known = {f"first_{name}": found[f"{name}s"][0] for name in ("team", "agent", "channel")}
    known |= {"first_policy": found["policies"][0], "first_partner": 1_000_000, "people": max(size.tickets // 20, 10)}
    known |= {name: found[name] for name in ("company", "open", "new", "done", "subtype")}
    known |= {"tickets": size.tickets, "teams": size.teams, "agents": size.agents}
    known |= {"policies": found["policies"][1] - found["policies"][0] + 1}
    ours = (
        {"columns": OUR_COLUMNS, "values": OUR_VALUES.format(**known)} if has_addon else {"columns": "", "values": ""}
    )
    chosen = {
        "people": PEOPLE + NEXT.format(table="res_partner"),
        "tickets": TICKETS + NEXT.format(table="helpdesk_ticket"),
        "messages": MESSAGES,
        "followers": FOLLOWERS,
    }
    if has_addon:
        chosen |= {"clocks": CLOCKS, "lines": LINES, "threads": THREADS + NEXT.format(table="helpdesk_slack_thread")}
        chosen |= {"outbox": OUTBOX, "inbound": INBOUND, "counted": COUNTED}
    return {what: statement.format(**known, **ours) for what, statement in chosen.items()}
