// Running sittings made behind the program's back, and the cookies of their candidates: for what looks at the intake of
// answers alone. (The way a candidate comes to a sitting is tested elsewhere.)
import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sql } from './luban.js';

export const items = 100, form = 5, personOf = (i) => 1_000_000 + i, sittingOf = (i) => 2_000_000 + i;

// Sittings 1 to n, of epoch 1, running until `seconds` from now; as SQL for either engine.
export function sittingsSql(n, { state = 'running', seconds = 7200, from = 1 } = {}) {
	const now = Math.floor(Date.now() / 1000), begun = state === 'running' ? now : 0;
	return `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + n - 1})
		INSERT INTO sitting (person_id, id, exam_id, batch_id, body_id, region, enrolment_id, batch_room_id, seat, ticket_no, name,
			form_id, order_seed, state, epoch, begun_at, deadline_at, extra_seconds, paused_at, last_seq, n_answered, seen_at,
			device, photo_file_id, ended_at, ended_why, answers_hash, receipt, score_centi, score_version)
		SELECT 1000000 + i, 2000000 + i, 1, 1, 1, '3710', i, 1, i, CAST(3000000 + i AS TEXT), 'n',
			${form}, i, '${state}', 1, ${begun}, ${begun ? now + seconds : 0}, 0, 0, 0, 0, 0,
			'', 0, 0, '', '', '', 0, 0 FROM n`;
}

// options.starts: seconds from now at which the exam starts (it has started).
export function seed(place, n, options = {}) {
	const starts = Math.floor(Date.now() / 1000) + (options.starts ?? -60), ends = starts + 10800;
	sql(place, `INSERT INTO paper_form (id, paper_set_id, form_no, form_state, n_items, score_centi, content_cipher, content_hash)
		VALUES (${form}, 1, 1, 'opened', ${items}, 10000, '', '');
	INSERT INTO body (id, name, uscc, body_kind, region, legal_person, address, contact, phone, website, body_code, filed_on, state, created_at)
		VALUES (1, '量度', '91371002BENCH0017', 'enterprise', '3710', '', '', '', '', '', '', 0, 'filed', 0);
	INSERT INTO venue (id, body_id, region, name, address, contact, phone, equipment, state) VALUES (1, 1, '3710', '量度', '', '', '', '', 'active');
	INSERT INTO room (id, venue_id, body_id, region, name, part, seats, per_row, state) VALUES (1, 1, 1, '3710', '量度', 1, 9999, 30, 'active');
	INSERT INTO batch_room (id, batch_id, body_id, region, part, room_id, venue_id, starts_at, ends_at, capacity)
		VALUES (1, 1, 1, '3710', 1, 1, 1, ${starts}, ${ends}, 99999);
	INSERT INTO exam (id, batch_id, body_id, region, part, title, state, paper_set_id, duration_seconds, late_seconds, stay_seconds, layout,
		shuffle, seb_mode, seb_key, starts_at, ends_at, n_sittings, created_by, created_at)
		VALUES (1, 1, 1, '3710', 1, '量度', 'running', 1, 7200, 1800, 1800, 'one', 3, 'off', '', ${starts}, ${ends}, ${n}, 0, 0);
	INSERT INTO exam_room (exam_id, batch_room_id, body_id, region, room_state, started_at, extra_seconds, entry_code, starts_at, ends_at, per_row)
		VALUES (1, 1, 1, '3710', 'running', 0, 0, '', ${starts}, ${ends}, 30)`);
	sql(place, sittingsSql(n, options));
}

// sitting_token_make() of src/domain/exam/sitting_token.c.
export function tokens(place) {
	const secret = Buffer.from(/^[0-9a-f]{64}/m.exec(readFileSync(place.keys, 'utf8'))[0], 'hex');
	const key = Buffer.from(hkdfSync('sm3', secret, 'luban keyring 1', 'sitting', 32));
	return (i, epoch = 1) => {
		const text = `1.${personOf(i)}.${sittingOf(i)}.1.${epoch}.${Math.floor(Date.now() / 1000) + 36000}`;
		return `${text}.${createHmac('sm3', key).update(text).digest('hex')}`;
	};
}
