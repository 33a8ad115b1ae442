/* Every command of the program, in the order of the help. */
#include "cli/cli.h"

extern const struct command cmd_init_command;
extern const struct command cmd_demo_command;
extern const struct command cmd_simulate_command;
extern const struct command cmd_serve_command;
extern const struct command cmd_worker_command;
extern const struct command cmd_check_command;
extern const struct command cmd_migrate_command;
extern const struct command cmd_user_list_command;
extern const struct command cmd_user_add_command;
extern const struct command cmd_user_reset_command;
extern const struct command cmd_user_disable_command;
extern const struct command cmd_user_enable_command;
extern const struct command cmd_user_unlock_command;
extern const struct command cmd_token_list_command;
extern const struct command cmd_token_add_command;
extern const struct command cmd_token_revoke_command;
extern const struct command cmd_config_list_command;
extern const struct command cmd_config_get_command;
extern const struct command cmd_config_put_command;
extern const struct command cmd_backup_command;
extern const struct command cmd_restore_command;
extern const struct command cmd_import_roster_command;
extern const struct command cmd_import_command;
extern const struct command cmd_venue_key_command;
extern const struct command cmd_venue_pack_command;
extern const struct command cmd_venue_serve_command;
extern const struct command cmd_venue_start_command;
extern const struct command cmd_venue_return_command;
extern const struct command cmd_venue_cancel_command;
extern const struct command cmd_receipt_verify_command;
extern const struct command cmd_receipt_keys_command;
extern const struct command cmd_log_copy_command;
extern const struct command cmd_log_audit_command;
extern const struct command cmd_log_witness_command;
extern const struct command cmd_witness_init_command;
extern const struct command cmd_witness_watch_command;
extern const struct command cmd_witness_show_command;
extern const struct command cmd_witness_serve_command;
extern const struct command cmd_cert_verify_command;
extern const struct command cmd_cert_status_command;
extern const struct command cmd_signer_command;
extern const struct command cmd_key_list_command;
extern const struct command cmd_key_complete_command;
extern const struct command cmd_key_rotate_command;
extern const struct command cmd_key_retire_command;
extern const struct command cmd_log_begin_command;
extern const struct command cmd_log_origin_command;
extern const struct command cmd_id_command;
extern const struct command cmd_rule_explain_command;
extern const struct command cmd_template_command;
extern const struct command cmd_template_check_command;
extern const struct command cmd_template_preview_command;
extern const struct command cmd_template_load_command;
extern const struct command cmd_template_reset_command;
extern const struct command cmd_template_list_command;
extern const struct command cmd_template_show_command;
extern const struct command cmd_routes_command;
extern const struct command cmd_openapi_command;
extern const struct command cmd_help_command;
extern const struct command cmd_version_command;

const struct command *const commands[] = {
	&cmd_init_command,
	&cmd_demo_command,
	&cmd_simulate_command,
	&cmd_serve_command,
	&cmd_worker_command,
	&cmd_check_command,
	&cmd_migrate_command,
	&cmd_user_list_command,
	&cmd_user_add_command,
	&cmd_user_reset_command,
	&cmd_user_disable_command,
	&cmd_user_enable_command,
	&cmd_user_unlock_command,
	&cmd_token_list_command,
	&cmd_token_add_command,
	&cmd_token_revoke_command,
	&cmd_config_list_command,
	&cmd_config_get_command,
	&cmd_config_put_command,
	&cmd_backup_command,
	&cmd_restore_command,
	&cmd_import_roster_command,
	&cmd_import_command,
	&cmd_venue_key_command,
	&cmd_venue_pack_command,
	&cmd_venue_serve_command,
	&cmd_venue_start_command,
	&cmd_venue_return_command,
	&cmd_venue_cancel_command,
	&cmd_receipt_verify_command,
	&cmd_receipt_keys_command,
	&cmd_log_copy_command,
	&cmd_log_audit_command,
	&cmd_log_witness_command,
	&cmd_witness_init_command,
	&cmd_witness_watch_command,
	&cmd_witness_show_command,
	&cmd_witness_serve_command,
	&cmd_cert_verify_command,
	&cmd_cert_status_command,
	&cmd_signer_command,
	&cmd_key_list_command,
	&cmd_key_complete_command,
	&cmd_key_rotate_command,
	&cmd_key_retire_command,
	&cmd_log_origin_command,
	&cmd_log_begin_command,
	&cmd_id_command,
	&cmd_rule_explain_command,
	&cmd_template_command,
	&cmd_template_check_command,
	&cmd_template_preview_command,
	&cmd_template_load_command,
	&cmd_template_reset_command,
	&cmd_template_list_command,
	&cmd_template_show_command,
	&cmd_routes_command,
	&cmd_openapi_command,
	&cmd_help_command,
	&cmd_version_command,
	NULL,
};
