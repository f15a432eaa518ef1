-- A neutralized copy sends nothing to Slack or to customers: remove the secrets, cancel what is pending.
UPDATE helpdesk_slack_workspace
   SET bot_token = NULL, signing_secret = NULL, app_token = NULL, state = 'draft', pause_reason = NULL,
       socket_state = 'off', socket_error = NULL;
UPDATE helpdesk_slack_channel
   SET webhook_url = NULL;
UPDATE res_config_settings
   SET helpdesk_slack_bot_token = NULL, helpdesk_slack_signing_secret = NULL, helpdesk_slack_webhook_url = NULL,
       helpdesk_slack_app_token = NULL, helpdesk_watch_token = NULL;
DELETE FROM ir_config_parameter
 WHERE key = 'helpdesk_bridge.watch_token' OR key LIKE 'helpdesk\_bridge.mail\_left.%';
UPDATE helpdesk_letter
   SET state = 'skipped'
 WHERE state = 'owed';
UPDATE helpdesk_ticket_reply
   SET state = 'stopped', reason = 'The database was copied.'
 WHERE state = 'held';
UPDATE mail_mail
   SET state = 'cancel'
  FROM mail_message
 WHERE mail_message.id = mail_mail.mail_message_id AND mail_message.model = 'helpdesk.ticket'
   AND mail_mail.state = 'outgoing';
UPDATE helpdesk_slack_outbox
   SET state = 'canceled'
 WHERE state = 'pending';
UPDATE helpdesk_slack_inbound
   SET state = 'ignored', payload = NULL, reason = 'The database was copied.'
 WHERE state IN ('pending', 'failed');
UPDATE res_users
   SET slack_link_hash = NULL, slack_link_until = NULL
 WHERE slack_link_hash IS NOT NULL;
