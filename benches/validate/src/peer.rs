//! The same work with the crate `jsonschema`: JSON lines in, a JSON line for each that does not
//! fit out, one buffer for all of them.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdout};
use std::path::Path;

use jsonschema::PatternOptions;
use serde_json::{Value, json};

/// Answers how many lines do not fit.
pub fn run(schema: &Value, file: &Path) -> Result<u64, Box<dyn Error>> {
    // Linear patterns: the quicker of its two engines.
    let validator =
        jsonschema::options().with_pattern_options(PatternOptions::regex()).build(schema)?;
    let mut input = BufReader::with_capacity(256 * 1024, File::open(file)?);
    let mut output = BufWriter::with_capacity(64 * 1024, stdout().lock());
    let (mut line, mut number, mut bad) = (Vec::new(), 0_u64, 0);
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number += 1;
        let body: Value = serde_json::from_slice(&line)?;
        // Most lines fit, and this is its quick way to know.
        if validator.is_valid(&body) {
            continue;
        }
        bad += 1;
        let errors: Vec<Value> = validator
            .iter_errors(&body)
            .map(|it| json!({ "path": it.instance_path().to_string(), "message": it.to_string() }))
            .collect();
        serde_json::to_writer(&mut output, &json!({ "line": number, "errors": errors }))?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(bad)
}
