-- a copy of a database must not talk to anybody
UPDATE helpdesk_slack_workspace
   SET bot_token = NULL, signing_secret = NULL, state = 'draft', pause_reason = NULL;
UPDATE helpdesk_slack_channel
   SET webhook_url = NULL;
UPDATE res_config_settings
   SET helpdesk_slack_bot_token = NULL, helpdesk_watch_token = NULL;
DELETE FROM ir_config_parameter
 WHERE key = 'helpdesk_bridge.watch_token';
UPDATE helpdesk_slack_outbox
   SET state = 'canceled'
 WHERE state = 'pending';
