// Pure functions of PostgreSQL: what they answer depends on their arguments, the time and chance alone,
// and they execute no text that they are given (as `query_to_xml`, `ts_rewrite` and `ts_stat` do).
const names = `
  abs acos age any_value array_agg array_append array_cat array_dims array_fill array_length array_lower
  array_ndims array_position array_positions array_prepend array_remove array_replace array_sample
  array_shuffle array_to_json array_to_string array_upper ascii asin atan atan2 avg bit_and
  bit_count bit_length bit_or bit_xor bool_and bool_or btrim cardinality cbrt ceil ceiling char_length
  character_length chr clock_timestamp concat concat_ws convert convert_from convert_to corr cos cosd cot
  count covar_pop covar_samp cume_dist date date_add date_bin date_part date_subtract date_trunc decode
  degrees dense_rank div encode erf erfc every exp extract factorial family first_value floor format gcd
  gen_random_uuid generate_series generate_subscripts get_bit get_byte host initcap is_normalized isfinite
  json_agg json_array_elements json_array_elements_text json_array_length json_build_array
  json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
  json_object_agg json_object_keys json_populate_record json_populate_recordset json_strip_nulls
  json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text
  jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
  jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists
  jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_populate_record
  jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record
  jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead left
  length like_escape ln localtime localtimestamp log log10 lower lpad ltrim make_date make_interval
  make_time make_timestamp make_timestamptz max md5 min mod mode multirange netmask network normalize now
  nth_value ntile num_nonnulls num_nulls numnode octet_length overlaps overlay percent_rank
  percentile_cont percentile_disc phraseto_tsquery pg_collation_for pg_typeof pi plainto_tsquery position
  power quote_ident quote_literal quote_nullable radians random range_agg range_merge rank regexp_count
  regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
  regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope
  regr_sxx regr_sxy regr_syy repeat replace reverse right round row_number row_to_json rpad rtrim scale
  setweight sha224 sha256 sha384 sha512 sign similar_to_escape sin split_part sqrt starts_with
  statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strpos
  substr substring sum tan timeofday timezone to_ascii to_char to_date to_hex to_json to_jsonb
  to_number to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim trim_array trim_scale
  trunc ts_headline ts_rank ts_rank_cd tsvector_to_array unistr unnest upper upper_inc upper_inf uuidv4
  uuidv7 var_pop var_samp variance websearch_to_tsquery width_bucket xmlagg xmlcomment xmlconcat xmlexists
  xpath xpath_exists
`;

/** The functions that a statement may call: what any other one reads, its name does not tell. */
export const harmlessFunctions: ReadonlySet<string> = new Set(names.trim().split(/\s+/u));
