//! The verdicts of `diff`, proven: code that uses everything of the old schema is compiled against
//! the code that is generated from the new one.

#[path = "support/cases.rs"]
mod cases;
#[path = "support/meanings.rs"]
mod meanings;
#[path = "support/mutations.rs"]
mod mutations;
#[path = "support/scratch.rs"]
mod scratch;
#[path = "support/user_code.rs"]
mod user_code;
#[path = "support/values.rs"]
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use proptest::strategy::{Strategy as _, ValueTree as _};
use serde_json::Value;
use telecrm_codegen::{Config, NamedSchema};
use telecrm_schema::quoted;
use test_support::{Seed, random_workspace};

use self::cases::{CASES, Case, edited};
use self::mutations::Dice;
use self::scratch::Scratch;

/// A schema, read and generated once.
struct Schema {
    yaml: String,
    workspace: NamedSchema,
    code: String,
}

impl Schema {
    /// `None` where the schema does not hold.
    fn read(yaml: &str) -> Option<Rc<Self>> {
        let workspace = NamedSchema::from_yaml(yaml).ok()?;
        let code = Config::new().generate(yaml).ok()?.code;
        Some(Rc::new(Self { yaml: yaml.to_owned(), workspace, code }))
    }
}

/// Two schemas and what `diff` says of them.
struct Pair {
    name: String,
    old: Rc<Schema>,
    new: Rc<Schema>,
    rows: Vec<Value>,
}

impl Pair {
    /// A schema and itself: the code that uses it has to compile.
    fn of_one(name: &str, schema: &Rc<Schema>) -> Self {
        let (old, new) = (schema.clone(), schema.clone());
        Self { name: format!("{name}, alone"), old, new, rows: Vec::new() }
    }

    fn new(name: String, old: &Rc<Schema>, new: &Rc<Schema>) -> Self {
        let said = diff(&old.yaml, &new.yaml);
        let rows = said["rows"].as_array().expect("an array of rows").clone();
        let pair = Self { name, old: old.clone(), new: new.clone(), rows };
        let impact = match () {
            () if pair.rows.is_empty() => "none",
            () if pair.has("breaks_code") || pair.has("drops_values") => "breaking",
            () => "additive",
        };
        assert_eq!(said["verdict"], impact, "{}", pair.name);
        pair.check_values();
        if impact == "none" {
            assert!(old.code == new.code, "{}: no difference, and other code", pair.name);
        }
        pair
    }

    fn has(&self, what: &str) -> bool {
        self.rows.iter().any(|row| row[what] == true)
    }

    /// Nothing is lost where no row says so.
    fn check_values(&self) -> bool {
        let lost = values::lost(&self.old.workspace.schema, &self.new.workspace.schema);
        let says_so = lost.is_empty() || self.has("drops_values");
        assert!(says_so, "{}: no row says that {lost:#?} is lost", self.name);
        !lost.is_empty()
    }

    /// Something is lost where a row says so. Two losses cannot be seen in one body: by a lock, and
    /// by another API name, which only texts are lost by.
    fn check_claims(&self) {
        let claims = self.rows.iter().filter(|row| row["drops_values"] == true);
        let mut seen = claims.filter(|row| {
            let path = row["path"].as_str().unwrap_or_default();
            row["kind"] != "locked" && !(row["kind"] == "relabelled" && path.starts_with("fields."))
        });
        if !self.check_values() {
            assert_eq!(seen.next(), None, "{}: nothing is lost", self.name);
        }
    }

    /// Rust names that both have, and that stand for something else in the new schema, where no row
    /// says that it is the same thing under another label.
    fn changed_meanings(&self) -> Vec<String> {
        let (old, new) = (meanings::of(&self.old.workspace), meanings::of(&self.new.workspace));
        let changed = old.iter().filter_map(|(rust, path)| {
            let now = new.get(rust)?;
            let path = self.with_new_api_name(path);
            let same = *now == path || self.is_relabelled(&path, now);
            (!same).then(|| format!("{rust}: {path} → {now}"))
        });
        changed.collect()
    }

    /// Whether a row says that what was at one path is at the other.
    fn is_relabelled(&self, path: &str, now: &str) -> bool {
        let mut labels = path.match_indices('.').map(|(dot, _)| quoted(&path[dot + 1..]));
        let messages =
            self.rows.iter().filter(|it| it["kind"] == "relabelled" && it["path"] == now);
        let messages: Vec<&str> = messages.filter_map(|it| it["message"].as_str()).collect();
        labels.any(|label| messages.iter().any(|it| it.starts_with(&format!("{label} → "))))
    }

    /// The path with the API name that its field has now, by the field's id.
    fn with_new_api_name(&self, path: &str) -> String {
        for is in self.new.workspace.fields.iter().filter(|it| it.schema.id.is_some()) {
            let says_so = |row: &Value| {
                row["kind"] == "relabelled"
                    && row["path"] == format!("fields.{}", is.schema.api_name)
            };
            let was = self.old.workspace.fields.iter().find(|was| was.schema.id == is.schema.id);
            let Some(was) = was.filter(|_| self.rows.iter().any(says_so)) else { continue };
            for section in ["fields", "options"] {
                let rest = path.strip_prefix(&format!("{section}.{}", was.schema.api_name));
                if let Some(rest) = rest.filter(|it| it.is_empty() || it.starts_with('.')) {
                    return format!("{section}.{}{rest}", is.schema.api_name);
                }
            }
        }
        path.to_owned()
    }
}

/// What the program says, in JSON.
fn diff(old: &str, new: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder is writable");
    };
    write("old.yaml", old);
    write("new.yaml", new);
    run(folder.path())
}

fn run(folder: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"))
        .args(["diff", "old.yaml", "new.yaml", "--format", "json"])
        .current_dir(folder)
        .output()
        .expect("the program is built");
    let said = String::from_utf8_lossy(&output.stderr);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let code = match value["verdict"].as_str() {
        Some("none") => 0,
        Some("additive") => 1,
        _ => 2,
    };
    assert_eq!(output.status.code(), Some(code), "{said}");
    value
}

/// Compiles all pairs, and compares what rustc says to what `diff` says.
fn prove(name: &str, pairs: &[Pair]) {
    let mut scratch = Scratch::new(name);
    let numbers: Vec<usize> = pairs
        .iter()
        .map(|pair| {
            let path = scratch.generated(pair.new.code.clone());
            scratch.module(user_code::of(&pair.old.workspace, &path))
        })
        .collect();
    let failing = scratch.failing();
    let mut wrong = Vec::new();
    for (pair, number) in pairs.iter().zip(numbers) {
        let (compiles, changed) = (!failing.contains_key(&number), pair.changed_meanings());
        let goes_on = compiles && changed.is_empty();
        if goes_on == pair.has("breaks_code") {
            let rows: Vec<String> = pair.rows.iter().map(Value::to_string).collect();
            wrong.push(format!(
                "{}: {}\n  rustc: {:?}\n  names: {changed:?}\n  {}",
                pair.name,
                if goes_on { "nothing breaks" } else { "code breaks" },
                failing.get(&number),
                rows.join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}

/// The rows as the cases write them.
fn found(rows: &[Value]) -> Vec<String> {
    let found = rows.iter().map(|row| {
        let text = |key: &str| row[key].as_str().expect("a text").to_owned();
        assert!(!text("message").is_empty(), "{row}");
        let does = match (row["breaks_code"] == true, row["drops_values"] == true) {
            (true, true) => "code values",
            (true, false) => "code",
            (false, true) => "values",
            (false, false) => "",
        };
        format!("{} {} {does}", text("kind"), text("path"))
    });
    found.collect()
}

#[test]
fn every_kind_of_the_help_has_a_case_and_every_kind_is_in_the_help() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cargo-telecrm")).args(["diff", "--help"]).output();
    let help = String::from_utf8(output.expect("the program is built").stdout).expect("UTF-8");
    let (_, kinds) = help.split_once("\nKinds:").expect("a list of kinds");
    let (kinds, _) = kinds.split_once("\n\n").expect("the list ends");
    let listed: BTreeSet<&str> = kinds.split_whitespace().collect();
    let tried = CASES.iter().flat_map(|case| case.rows).map(|&(kind, _, _)| kind).collect();
    assert_eq!(listed, tried);
}

#[test]
fn every_kind_of_change_is_a_row_and_does_what_it_says() {
    let (mut pairs, mut wrong) = (Vec::new(), Vec::new());
    let mut schemas: BTreeMap<String, Rc<Schema>> = BTreeMap::new();
    for Case { name, old, new, rows } in CASES {
        let [old, new] = [edited(old), edited(new)].map(|yaml| {
            let schema = schemas.entry(yaml).or_insert_with_key(|yaml| {
                let schema = Schema::read(yaml).unwrap_or_else(|| panic!("{name}:\n{yaml}"));
                pairs.push(Pair::of_one(name, &schema));
                schema
            });
            schema.clone()
        });
        let there = Pair::new((*name).to_owned(), &old, &new);
        let found = found(&there.rows);
        let expected = rows.iter().map(|(kind, path, does)| format!("{kind} {path} {does}"));
        if found != expected.collect::<Vec<_>>() {
            wrong.push(format!("{name}: {found:#?}"));
        }
        let undone = Pair::new(format!("{name}, undone"), &new, &old);
        there.check_claims();
        undone.check_claims();
        pairs.extend([there, undone]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    prove("diff-cases", &pairs);
}

/// How many random pairs are compared and compiled: `TELECRM_PAIRS`, else 40.
fn pairs() -> usize {
    std::env::var("TELECRM_PAIRS").ok().and_then(|it| it.parse().ok()).unwrap_or(40)
}

#[test]
fn random_changes_do_what_their_rows_say() {
    let seed = Seed::from_env();
    let (mut runner, mut dice) = (seed.runner(), Dice(seed.number()));
    let mut proven = Vec::new();
    let (mut tried, mut found, mut turn) = (0, 0, 0);
    while found < pairs() {
        let tree = random_workspace::workspace().new_tree(&mut runner);
        let mut schema = tree.expect("a workspace can always be made").current();
        mutations::identify(&mut schema, &mut dice);
        let Some(old) = Schema::read(&schema.to_string()) else { panic!("no schema: {schema}") };
        // Mostly a single change, so that no other one hides what it does.
        let count = if tried % 3 == 2 { dice.within(2..6) } else { 1 };
        let mut change = || {
            turn += 1;
            mutations::mutate(&mut schema, &mut dice, turn)
        };
        let changes: Vec<_> = (0..count).map(|_| change()).collect();
        tried += 1;
        assert!(tried < 100 + 4 * pairs(), "most changed schemas do not hold");
        let Some(new) = Schema::read(&schema.to_string()) else { continue };
        let name = format!("pair {tried}, {}", changes.join(", "));
        let pair = Pair::new(name, &old, &new);
        // Where nothing breaks, it is seen already that the code is right.
        if pair.has("breaks_code") {
            proven.push(Pair::of_one(&pair.name, &old));
        }
        proven.push(pair);
        found += 1;
    }
    let breaking = proven.iter().filter(|pair| pair.has("breaks_code")).count();
    println!("{} pairs of {tried}, {breaking} break code", pairs());
    assert!((pairs() / 5..pairs()).contains(&breaking), "changes of one sort only");
    prove("diff-pairs", &proven);
}
