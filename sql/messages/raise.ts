// Generated from sql/messages/*.md by `npm run generate:messages`; change those files instead.
import type { Diagnostic } from '../base/diagnostic.ts'
import { diagnose, type MessageFacts, type Where } from './message.ts'

/** Every code that a diagnostic may carry. */
export type Code =
  | 'syntax_error'
  | 'duplicate_clause'
  | 'query_too_complex'
  | 'planning_timeout'
  | 'unsupported_feature'
  | 'unknown_column'
  | 'unknown_table'
  | 'unknown_object'
  | 'unknown_function'
  | 'unknown_type'
  | 'ambiguous_column'
  | 'duplicate_column'
  | 'duplicate_object'
  | 'dependent_objects'
  | 'cyclic_dependency'
  | 'wrong_object_kind'
  | 'unknown_variable'
  | 'type_mismatch'
  | 'wrong_arguments'
  | 'ungrouped_column'
  | 'nested_aggregate'
  | 'aggregate_in_where'
  | 'window_function_misplaced'
  | 'union_arity'
  | 'column_count_mismatch'
  | 'invalid_regex'
  | 'unknown_option'
  | 'missing_option'
  | 'invalid_option_value'
  | 'invalid_option'
  | 'unknown_connector'
  | 'unknown_format'
  | 'unknown_setting'
  | 'invalid_setting_value'
  | 'watermark_required'
  | 'window_required'
  | 'invalid_window'
  | 'sink_change_mode'
  | 'unbounded_state'
  | 'source_not_replayable'
  | 'null_event_time'
  | 'future_event_time'
  | 'numeric_overflow'
  | 'division_by_zero'
  | 'invalid_cast'
  | 'datetime_overflow'
  | 'invalid_argument'
  | 'invalid_json'
  | 'invalid_csv'
  | 'invalid_utf8'
  | 'null_byte'
  | 'missing_value'
  | 'wrong_type'
  | 'number_out_of_range'
  | 'line_too_long'
  | 'truncated_input'
  | 'evaluation_failed'
  | 'file_not_found'
  | 'file_unreadable'
  | 'file_shrunk'
  | 'sink_unwritable'
  | 'out_of_memory'
  | 'closed'
  | 'planner_absent'
  | 'not_compilable'
  | 'compiled_setting'
  | 'compiled_option'
  | 'columns_not_compiled'
  | 'artifact_corrupt'
  | 'artifact_version'
  | 'artifact_unsigned'
  | 'artifact_signature_invalid'
  | 'invalid_key'
  | 'folder_not_empty'
  | 'not_pushable'
  | 'invalid_row'
  | 'invalid_command_line'
  | 'code_generation_forbidden'
  | 'wasm_not_compilable'
  | 'internal'

/** The fixed facts of each code. */
export const messages: Readonly<Record<Code, MessageFacts>> = {
  syntax_error: {
    sqlstate: '42601',
    message: 'syntax error: %detail%',
  },
  duplicate_clause: {
    sqlstate: '42601',
    message: '%clause% is given twice',
  },
  query_too_complex: {
    sqlstate: '54001',
    message: 'the statement is too large to plan: %detail%',
    hint: 'split the statement into several streams, or use IN (..) or a join instead of long chains',
  },
  planning_timeout: {
    sqlstate: '57014',
    message: 'planning took longer than %seconds% seconds and was stopped',
    hint: 'split the statement into several streams, or raise planning_timeout',
  },
  unsupported_feature: {
    sqlstate: '0A000',
    message: '%feature% is not supported',
  },
  unknown_column: {
    sqlstate: '42703',
    message: 'column %name% does not exist',
  },
  unknown_table: {
    sqlstate: '42P01',
    message: 'source, table, stream or view %name% does not exist',
  },
  unknown_object: {
    sqlstate: '42704',
    message: '%kind% %name% does not exist',
    hint: 'add IF EXISTS to a DROP that may find nothing',
  },
  unknown_function: {
    sqlstate: '42883',
    message: 'function %name% does not exist',
  },
  unknown_type: {
    sqlstate: '42704',
    message: 'type %name% does not exist',
  },
  ambiguous_column: {
    sqlstate: '42702',
    message: 'column %name% is ambiguous',
    hint: 'write the table\'s name or alias before it',
  },
  duplicate_column: {
    sqlstate: '42701',
    message: 'column %name% is defined twice',
    hint: 'give one of them another name with AS',
  },
  duplicate_object: {
    sqlstate: '42710',
    message: '%kind% %name% already exists',
    hint: 'use CREATE OR REPLACE, IF NOT EXISTS, or DROP it first',
  },
  dependent_objects: {
    sqlstate: '2BP01',
    message: '%kind% %name% is still read by %dependents%',
    hint: 'drop those first, or use DROP .. CASCADE',
  },
  cyclic_dependency: {
    sqlstate: '42P19',
    message: '%kind% %name% would read itself',
    hint: 'read the objects that %name% is made from instead',
  },
  wrong_object_kind: {
    sqlstate: '42809',
    message: '%name% is a %kind%, not a %expected%',
  },
  unknown_variable: {
    sqlstate: '42704',
    message: 'variable %name% is not set',
    hint: 'set it with --var %name%=.., or give a default with ${%name%:-default}',
  },
  type_mismatch: {
    sqlstate: '42804',
    message: '%detail%',
    hint: 'CAST one side to the other\'s type',
  },
  wrong_arguments: {
    sqlstate: '42883',
    message: 'function %name% cannot take these arguments: %detail%',
  },
  ungrouped_column: {
    sqlstate: '42803',
    message: 'column %name% must be in GROUP BY or inside an aggregate function',
    hint: 'add the column to GROUP BY, or use FIRST_VALUE, MIN or MAX',
  },
  nested_aggregate: {
    sqlstate: '42803',
    message: 'aggregate functions cannot be nested',
    hint: 'compute the inner aggregate in a subquery in FROM',
  },
  aggregate_in_where: {
    sqlstate: '42803',
    message: 'aggregate functions are not allowed in %clause%',
    hint: 'put the condition into HAVING, or use FILTER (WHERE ..) on the aggregate',
  },
  window_function_misplaced: {
    sqlstate: '42P20',
    message: 'window functions are not allowed in %clause%',
    hint: 'compute it in a subquery in FROM and filter outside',
  },
  union_arity: {
    sqlstate: '42601',
    message: 'the sides of %operator% have %left% and %right% columns',
  },
  column_count_mismatch: {
    sqlstate: '42601',
    message: '%expected% columns are expected but %actual% are given',
  },
  invalid_regex: {
    sqlstate: '2201B',
    message: 'invalid regular expression: %detail%',
  },
  unknown_option: {
    sqlstate: 'HV00D',
    message: 'option %name% is not known for %owner%',
  },
  missing_option: {
    sqlstate: 'HV00J',
    message: 'option %name% of %owner% is missing',
  },
  invalid_option_value: {
    sqlstate: '22023',
    message: 'option %name% cannot be %value%: %expected%',
  },
  invalid_option: {
    sqlstate: '22023',
    message: 'option %name% cannot be used here: %reason%',
  },
  unknown_connector: {
    sqlstate: '42704',
    message: 'connector %name% is not known',
  },
  unknown_format: {
    sqlstate: '42704',
    message: 'format %name% is not known',
  },
  unknown_setting: {
    sqlstate: '42704',
    message: 'setting %name% is not known',
  },
  invalid_setting_value: {
    sqlstate: '22023',
    message: 'setting %name% cannot be %value%: %expected%',
  },
  watermark_required: {
    sqlstate: '42P17',
    message: '%construct% needs a watermark on %column%',
    hint: 'declare WATERMARK FOR %column% on the source, or use EMIT CHANGES',
  },
  window_required: {
    sqlstate: '42P17',
    message: '%clause% needs a window',
    hint: 'group by TUMBLE(..), or use EMIT CHANGES',
  },
  invalid_window: {
    sqlstate: '22023',
    message: '%detail%',
  },
  sink_change_mode: {
    sqlstate: '42P17',
    message: 'sink %name% cannot take %mode% changes',
    hint: 'use EMIT ON WINDOW CLOSE, a changelog format such as FORMAT JSON, or a sink with a primary key',
  },
  unbounded_state: {
    sqlstate: '54000',
    message: 'the state of %operator% has no bound',
    hint: 'use a window, or SET unbounded_state = \'warn\'',
  },
  source_not_replayable: {
    sqlstate: '55000',
    message: 'source %name% cannot be read again for a SELECT',
    hint: 'create a MATERIALIZED VIEW over it before rows arrive and select from that, or SUBSCRIBE',
  },
  null_event_time: {
    sqlstate: '23502',
    message: 'event time %column% is NULL',
  },
  future_event_time: {
    sqlstate: '22008',
    message: 'event time %column% is further ahead than watermark.max_ahead allows',
  },
  numeric_overflow: {
    sqlstate: '22003',
    message: 'value out of range for type %type%',
    hint: 'CAST an operand to a wider type',
  },
  division_by_zero: {
    sqlstate: '22012',
    message: 'division by zero',
    hint: 'divide by NULLIF(.., 0) to get NULL instead',
  },
  invalid_cast: {
    sqlstate: '22P02',
    message: 'invalid input for type %type%',
    hint: 'TRY_CAST gives NULL instead of an error',
  },
  datetime_overflow: {
    sqlstate: '22008',
    message: 'date or time out of range',
  },
  invalid_argument: {
    sqlstate: '22023',
    message: 'function %name%: %detail%',
  },
  invalid_json: {
    sqlstate: '22032',
    message: 'invalid JSON: %detail%',
  },
  invalid_csv: {
    sqlstate: '22P04',
    message: 'invalid CSV: %detail%',
  },
  invalid_utf8: {
    sqlstate: '22021',
    message: 'invalid UTF-8 in %column%',
  },
  null_byte: {
    sqlstate: '22021',
    message: 'a NUL byte in %column%',
  },
  missing_value: {
    sqlstate: '23502',
    message: 'column %column% is NOT NULL but has no value',
    hint: 'drop NOT NULL or give the column a DEFAULT',
  },
  wrong_type: {
    sqlstate: '22P02',
    message: 'the value does not fit column %column% of type %type%',
  },
  number_out_of_range: {
    sqlstate: '22003',
    message: 'number out of range for column %column% of type %type%',
    hint: 'declare the column with a wider type',
  },
  line_too_long: {
    sqlstate: '54000',
    message: 'line longer than %limit% bytes',
  },
  truncated_input: {
    sqlstate: '22P04',
    message: 'the input ends in the middle of %what%',
  },
  evaluation_failed: {
    sqlstate: '22000',
    message: 'function %name% refused the row',
  },
  file_not_found: {
    sqlstate: '58P01',
    message: '%path% does not exist',
  },
  file_unreadable: {
    sqlstate: '58030',
    message: 'cannot read %path%: %reason%',
  },
  file_shrunk: {
    sqlstate: '58030',
    message: '%path% became shorter while it was read',
  },
  sink_unwritable: {
    sqlstate: '58030',
    message: 'sink %name% cannot write %path%: %reason%',
  },
  out_of_memory: {
    sqlstate: '53200',
    message: 'out of memory: %detail%',
    hint: 'bound the state with a window, or group by less',
  },
  closed: {
    sqlstate: '55000',
    message: '%what% is closed',
  },
  planner_absent: {
    sqlstate: '55000',
    message: '%what% needs the planner, which is not part of a compiled program',
    hint: 'put the statement into the program and compile it again',
  },
  not_compilable: {
    sqlstate: '0A000',
    message: '%feature% cannot be compiled ahead of time',
    hint: 'use millrace explain on the program',
  },
  compiled_setting: {
    sqlstate: '55000',
    message: 'setting %name% was used when the program was compiled',
    hint: 'SET it in the program and compile it again',
  },
  compiled_option: {
    sqlstate: '55000',
    message: 'the options of %name% do not fit its compiled code: %detail%',
    hint: 'compile the program again, with --var for the values that matter',
  },
  columns_not_compiled: {
    sqlstate: '55000',
    message: 'source %name% is decoded only as far as the program reads it',
    hint: 'add CREATE STREAM .. AS SELECT * FROM %name% to the program',
  },
  artifact_corrupt: {
    sqlstate: 'XX001',
    message: 'the artifact is damaged: %detail%',
    hint: 'copy it again, or compile the program again',
  },
  artifact_version: {
    sqlstate: '55000',
    message: 'the artifact was made by engine %found%; this is engine %expected%',
    hint: 'compile the program again',
  },
  artifact_unsigned: {
    sqlstate: '28000',
    message: 'the artifact is not signed',
    hint: 'compile it with --sign KEY.pem',
  },
  artifact_signature_invalid: {
    sqlstate: '28000',
    message: 'the artifact\'s signature does not belong to this key',
  },
  invalid_key: {
    sqlstate: '22023',
    message: '%path% is no Ed25519 %kind% key in PEM form: %reason%',
  },
  folder_not_empty: {
    sqlstate: '58P01',
    message: '%path% %detail%',
    hint: 'name a folder that is empty or not there yet, or remove what is in it',
  },
  not_pushable: {
    sqlstate: '55000',
    message: 'source %name% is fed by its connector, not by INSERT or the API',
  },
  invalid_row: {
    sqlstate: '22023',
    message: 'row %index% cannot be pushed into %name%: %detail%',
  },
  invalid_command_line: {
    sqlstate: '42601',
    message: '%detail%',
  },
  code_generation_forbidden: {
    sqlstate: '55000',
    message: 'this process does not allow code to be made from strings',
    hint: 'start the process without the flag',
  },
  wasm_not_compilable: {
    sqlstate: '54001',
    message: 'the code of %unit% cannot be compiled to WebAssembly: %detail%',
    hint: 'use tier auto, which leaves such code in JavaScript, or split the query',
  },
  internal: {
    sqlstate: 'XX000',
    message: '%detail%',
  },
}

/** 42601: syntax error: %detail% */
export function syntaxError(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['syntax_error', messages.syntax_error], values, where)
}

/** 42601: %clause% is given twice */
export function duplicateClause(values: { readonly clause: string }, where: Where = {}): Diagnostic {
  return diagnose(['duplicate_clause', messages.duplicate_clause], values, where)
}

/** 54001: the statement is too large to plan: %detail% */
export function queryTooComplex(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['query_too_complex', messages.query_too_complex], values, where)
}

/** 57014: planning took longer than %seconds% seconds and was stopped */
export function planningTimeout(values: { readonly seconds: number }, where: Where = {}): Diagnostic {
  return diagnose(['planning_timeout', messages.planning_timeout], values, where)
}

/** 0A000: %feature% is not supported */
export function unsupportedFeature(values: { readonly feature: string }, where: Where = {}): Diagnostic {
  return diagnose(['unsupported_feature', messages.unsupported_feature], values, where)
}

/** 42703: column %name% does not exist */
export function unknownColumn(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_column', messages.unknown_column], values, where)
}

/** 42P01: source, table, stream or view %name% does not exist */
export function unknownTable(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_table', messages.unknown_table], values, where)
}

/** 42704: %kind% %name% does not exist */
export function unknownObject(values: { readonly kind: string; readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_object', messages.unknown_object], values, where)
}

/** 42883: function %name% does not exist */
export function unknownFunction(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_function', messages.unknown_function], values, where)
}

/** 42704: type %name% does not exist */
export function unknownType(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_type', messages.unknown_type], values, where)
}

/** 42702: column %name% is ambiguous */
export function ambiguousColumn(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['ambiguous_column', messages.ambiguous_column], values, where)
}

/** 42701: column %name% is defined twice */
export function duplicateColumn(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['duplicate_column', messages.duplicate_column], values, where)
}

/** 42710: %kind% %name% already exists */
export function duplicateObject(values: { readonly kind: string; readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['duplicate_object', messages.duplicate_object], values, where)
}

/** 2BP01: %kind% %name% is still read by %dependents% */
export function dependentObjects(values: { readonly kind: string; readonly name: string; readonly dependents: string }, where: Where = {}): Diagnostic {
  return diagnose(['dependent_objects', messages.dependent_objects], values, where)
}

/** 42P19: %kind% %name% would read itself */
export function cyclicDependency(values: { readonly kind: string; readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['cyclic_dependency', messages.cyclic_dependency], values, where)
}

/** 42809: %name% is a %kind%, not a %expected% */
export function wrongObjectKind(values: { readonly name: string; readonly kind: string; readonly expected: string }, where: Where = {}): Diagnostic {
  return diagnose(['wrong_object_kind', messages.wrong_object_kind], values, where)
}

/** 42704: variable %name% is not set */
export function unknownVariable(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_variable', messages.unknown_variable], values, where)
}

/** 42804: %detail% */
export function typeMismatch(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['type_mismatch', messages.type_mismatch], values, where)
}

/** 42883: function %name% cannot take these arguments: %detail% */
export function wrongArguments(values: { readonly name: string; readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['wrong_arguments', messages.wrong_arguments], values, where)
}

/** 42803: column %name% must be in GROUP BY or inside an aggregate function */
export function ungroupedColumn(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['ungrouped_column', messages.ungrouped_column], values, where)
}

/** 42803: aggregate functions cannot be nested */
export function nestedAggregate(where: Where = {}): Diagnostic {
  return diagnose(['nested_aggregate', messages.nested_aggregate], {}, where)
}

/** 42803: aggregate functions are not allowed in %clause% */
export function aggregateInWhere(values: { readonly clause: string }, where: Where = {}): Diagnostic {
  return diagnose(['aggregate_in_where', messages.aggregate_in_where], values, where)
}

/** 42P20: window functions are not allowed in %clause% */
export function windowFunctionMisplaced(values: { readonly clause: string }, where: Where = {}): Diagnostic {
  return diagnose(['window_function_misplaced', messages.window_function_misplaced], values, where)
}

/** 42601: the sides of %operator% have %left% and %right% columns */
export function unionArity(values: { readonly operator: string; readonly left: number; readonly right: number }, where: Where = {}): Diagnostic {
  return diagnose(['union_arity', messages.union_arity], values, where)
}

/** 42601: %expected% columns are expected but %actual% are given */
export function columnCountMismatch(values: { readonly expected: number; readonly actual: number }, where: Where = {}): Diagnostic {
  return diagnose(['column_count_mismatch', messages.column_count_mismatch], values, where)
}

/** 2201B: invalid regular expression: %detail% */
export function invalidRegex(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_regex', messages.invalid_regex], values, where)
}

/** HV00D: option %name% is not known for %owner% */
export function unknownOption(values: { readonly name: string; readonly owner: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_option', messages.unknown_option], values, where)
}

/** HV00J: option %name% of %owner% is missing */
export function missingOption(values: { readonly name: string; readonly owner: string }, where: Where = {}): Diagnostic {
  return diagnose(['missing_option', messages.missing_option], values, where)
}

/** 22023: option %name% cannot be %value%: %expected% */
export function invalidOptionValue(values: { readonly name: string; readonly value: string; readonly expected: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_option_value', messages.invalid_option_value], values, where)
}

/** 22023: option %name% cannot be used here: %reason% */
export function invalidOption(values: { readonly name: string; readonly reason: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_option', messages.invalid_option], values, where)
}

/** 42704: connector %name% is not known */
export function unknownConnector(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_connector', messages.unknown_connector], values, where)
}

/** 42704: format %name% is not known */
export function unknownFormat(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_format', messages.unknown_format], values, where)
}

/** 42704: setting %name% is not known */
export function unknownSetting(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['unknown_setting', messages.unknown_setting], values, where)
}

/** 22023: setting %name% cannot be %value%: %expected% */
export function invalidSettingValue(values: { readonly name: string; readonly value: string; readonly expected: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_setting_value', messages.invalid_setting_value], values, where)
}

/** 42P17: %construct% needs a watermark on %column% */
export function watermarkRequired(values: { readonly construct: string; readonly column: string }, where: Where = {}): Diagnostic {
  return diagnose(['watermark_required', messages.watermark_required], values, where)
}

/** 42P17: %clause% needs a window */
export function windowRequired(values: { readonly clause: string }, where: Where = {}): Diagnostic {
  return diagnose(['window_required', messages.window_required], values, where)
}

/** 22023: %detail% */
export function invalidWindow(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_window', messages.invalid_window], values, where)
}

/** 42P17: sink %name% cannot take %mode% changes */
export function sinkChangeMode(values: { readonly name: string; readonly mode: string }, where: Where = {}): Diagnostic {
  return diagnose(['sink_change_mode', messages.sink_change_mode], values, where)
}

/** 54000: the state of %operator% has no bound */
export function unboundedState(values: { readonly operator: string }, where: Where = {}): Diagnostic {
  return diagnose(['unbounded_state', messages.unbounded_state], values, where)
}

/** 55000: source %name% cannot be read again for a SELECT */
export function sourceNotReplayable(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['source_not_replayable', messages.source_not_replayable], values, where)
}

/** 23502: event time %column% is NULL */
export function nullEventTime(values: { readonly column: string }, where: Where = {}): Diagnostic {
  return diagnose(['null_event_time', messages.null_event_time], values, where)
}

/** 22008: event time %column% is further ahead than watermark.max_ahead allows */
export function futureEventTime(values: { readonly column: string }, where: Where = {}): Diagnostic {
  return diagnose(['future_event_time', messages.future_event_time], values, where)
}

/** 22003: value out of range for type %type% */
export function numericOverflow(values: { readonly type: string }, where: Where = {}): Diagnostic {
  return diagnose(['numeric_overflow', messages.numeric_overflow], values, where)
}

/** 22012: division by zero */
export function divisionByZero(where: Where = {}): Diagnostic {
  return diagnose(['division_by_zero', messages.division_by_zero], {}, where)
}

/** 22P02: invalid input for type %type% */
export function invalidCast(values: { readonly type: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_cast', messages.invalid_cast], values, where)
}

/** 22008: date or time out of range */
export function datetimeOverflow(where: Where = {}): Diagnostic {
  return diagnose(['datetime_overflow', messages.datetime_overflow], {}, where)
}

/** 22023: function %name%: %detail% */
export function invalidArgument(values: { readonly name: string; readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_argument', messages.invalid_argument], values, where)
}

/** 22032: invalid JSON: %detail% */
export function invalidJson(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_json', messages.invalid_json], values, where)
}

/** 22P04: invalid CSV: %detail% */
export function invalidCsv(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_csv', messages.invalid_csv], values, where)
}

/** 22021: invalid UTF-8 in %column% */
export function invalidUtf8(values: { readonly column: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_utf8', messages.invalid_utf8], values, where)
}

/** 22021: a NUL byte in %column% */
export function nullByte(values: { readonly column: string }, where: Where = {}): Diagnostic {
  return diagnose(['null_byte', messages.null_byte], values, where)
}

/** 23502: column %column% is NOT NULL but has no value */
export function missingValue(values: { readonly column: string }, where: Where = {}): Diagnostic {
  return diagnose(['missing_value', messages.missing_value], values, where)
}

/** 22P02: the value does not fit column %column% of type %type% */
export function wrongType(values: { readonly column: string; readonly type: string }, where: Where = {}): Diagnostic {
  return diagnose(['wrong_type', messages.wrong_type], values, where)
}

/** 22003: number out of range for column %column% of type %type% */
export function numberOutOfRange(values: { readonly column: string; readonly type: string }, where: Where = {}): Diagnostic {
  return diagnose(['number_out_of_range', messages.number_out_of_range], values, where)
}

/** 54000: line longer than %limit% bytes */
export function lineTooLong(values: { readonly limit: number }, where: Where = {}): Diagnostic {
  return diagnose(['line_too_long', messages.line_too_long], values, where)
}

/** 22P04: the input ends in the middle of %what% */
export function truncatedInput(values: { readonly what: string }, where: Where = {}): Diagnostic {
  return diagnose(['truncated_input', messages.truncated_input], values, where)
}

/** 22000: function %name% refused the row */
export function evaluationFailed(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['evaluation_failed', messages.evaluation_failed], values, where)
}

/** 58P01: %path% does not exist */
export function fileNotFound(values: { readonly path: string }, where: Where = {}): Diagnostic {
  return diagnose(['file_not_found', messages.file_not_found], values, where)
}

/** 58030: cannot read %path%: %reason% */
export function fileUnreadable(values: { readonly path: string; readonly reason: string }, where: Where = {}): Diagnostic {
  return diagnose(['file_unreadable', messages.file_unreadable], values, where)
}

/** 58030: %path% became shorter while it was read */
export function fileShrunk(values: { readonly path: string }, where: Where = {}): Diagnostic {
  return diagnose(['file_shrunk', messages.file_shrunk], values, where)
}

/** 58030: sink %name% cannot write %path%: %reason% */
export function sinkUnwritable(values: { readonly name: string; readonly path: string; readonly reason: string }, where: Where = {}): Diagnostic {
  return diagnose(['sink_unwritable', messages.sink_unwritable], values, where)
}

/** 53200: out of memory: %detail% */
export function outOfMemory(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['out_of_memory', messages.out_of_memory], values, where)
}

/** 55000: %what% is closed */
export function closed(values: { readonly what: string }, where: Where = {}): Diagnostic {
  return diagnose(['closed', messages.closed], values, where)
}

/** 55000: %what% needs the planner, which is not part of a compiled program */
export function plannerAbsent(values: { readonly what: string }, where: Where = {}): Diagnostic {
  return diagnose(['planner_absent', messages.planner_absent], values, where)
}

/** 0A000: %feature% cannot be compiled ahead of time */
export function notCompilable(values: { readonly feature: string }, where: Where = {}): Diagnostic {
  return diagnose(['not_compilable', messages.not_compilable], values, where)
}

/** 55000: setting %name% was used when the program was compiled */
export function compiledSetting(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['compiled_setting', messages.compiled_setting], values, where)
}

/** 55000: the options of %name% do not fit its compiled code: %detail% */
export function compiledOption(values: { readonly name: string; readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['compiled_option', messages.compiled_option], values, where)
}

/** 55000: source %name% is decoded only as far as the program reads it */
export function columnsNotCompiled(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['columns_not_compiled', messages.columns_not_compiled], values, where)
}

/** XX001: the artifact is damaged: %detail% */
export function artifactCorrupt(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['artifact_corrupt', messages.artifact_corrupt], values, where)
}

/** 55000: the artifact was made by engine %found%; this is engine %expected% */
export function artifactVersion(values: { readonly found: string; readonly expected: string }, where: Where = {}): Diagnostic {
  return diagnose(['artifact_version', messages.artifact_version], values, where)
}

/** 28000: the artifact is not signed */
export function artifactUnsigned(where: Where = {}): Diagnostic {
  return diagnose(['artifact_unsigned', messages.artifact_unsigned], {}, where)
}

/** 28000: the artifact's signature does not belong to this key */
export function artifactSignatureInvalid(where: Where = {}): Diagnostic {
  return diagnose(['artifact_signature_invalid', messages.artifact_signature_invalid], {}, where)
}

/** 22023: %path% is no Ed25519 %kind% key in PEM form: %reason% */
export function invalidKey(values: { readonly path: string; readonly kind: string; readonly reason: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_key', messages.invalid_key], values, where)
}

/** 58P01: %path% %detail% */
export function folderNotEmpty(values: { readonly path: string; readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['folder_not_empty', messages.folder_not_empty], values, where)
}

/** 55000: source %name% is fed by its connector, not by INSERT or the API */
export function notPushable(values: { readonly name: string }, where: Where = {}): Diagnostic {
  return diagnose(['not_pushable', messages.not_pushable], values, where)
}

/** 22023: row %index% cannot be pushed into %name%: %detail% */
export function invalidRow(values: { readonly index: number; readonly name: string; readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_row', messages.invalid_row], values, where)
}

/** 42601: %detail% */
export function invalidCommandLine(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['invalid_command_line', messages.invalid_command_line], values, where)
}

/** 55000: this process does not allow code to be made from strings */
export function codeGenerationForbidden(where: Where = {}): Diagnostic {
  return diagnose(['code_generation_forbidden', messages.code_generation_forbidden], {}, where)
}

/** 54001: the code of %unit% cannot be compiled to WebAssembly: %detail% */
export function wasmNotCompilable(values: { readonly unit: string; readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['wasm_not_compilable', messages.wasm_not_compilable], values, where)
}

/** XX000: %detail% */
export function internal(values: { readonly detail: string }, where: Where = {}): Diagnostic {
  return diagnose(['internal', messages.internal], values, where)
}
