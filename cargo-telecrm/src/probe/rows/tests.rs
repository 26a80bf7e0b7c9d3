//! Each row against imitations of telecrm that no setting of the emulator provides.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use telecrm_schema::Schema;

use super::plans;
use crate::probe::plan::{Plan, Step};
use crate::probe::reading::{Reading, Readings, Stored};
use crate::probe::verdict::Verdict;
use crate::probe::workspace::Workspace;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/probe.yaml");

fn schemas() -> [Schema; 3] {
    let other = |identifier: &str| {
        let yaml = format!(
            "customFields: [{{ apiName: key, type: {identifier}, isLeadid: true }}, \
             {{ apiName: name, type: TEXT }}]"
        );
        Schema::from_yaml(&yaml).expect("a valid schema")
    };
    [Schema::from_file(SCHEMA).expect("a valid schema"), other("EMAIL"), other("TEXT")]
}

/// A way to process requests.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Stores every value and action as sent, and creates no label.
    AsSent,
    /// Stores only the identifier and the name.
    Nothing,
    /// Never finds a lead by a search, and refuses invalid JSON.
    NotFound,
    /// Ignores case and normalizes to lower case, reads dates month first and ISO dates, changes the order of actions,
    /// reads keys next to `fields`, stores a lead that arrives twice as two leads, and loses the last of
    /// many posts.
    Odd,
}

const KINDS: [Kind; 4] = [Kind::AsSent, Kind::Nothing, Kind::NotFound, Kind::Odd];

struct Imitation<'w> {
    kind: Kind,
    workspace: &'w Workspace<'w>,
    leads: Vec<Stored>,
    queued: usize,
}

impl Imitation<'_> {
    fn is_same(&self, stored: &Value, sent: &Value) -> bool {
        match (stored.as_str(), sent.as_str()) {
            (Some(stored), Some(sent)) if self.kind == Kind::Odd => {
                stored.trim_start_matches('+').eq_ignore_ascii_case(sent)
            }
            (Some(stored), Some(sent)) => {
                stored.trim_start_matches('+') == sent.trim_start_matches('+')
            }
            _ => stored == sent,
        }
    }

    fn find(&self, field: &str, value: &Value) -> Vec<usize> {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let is_found = |lead: &Stored| {
            values
                .iter()
                .any(|value| lead.get(field).is_some_and(|stored| self.is_same(stored, value)))
        };
        (0..self.leads.len()).filter(|at| is_found(&self.leads[*at])).collect()
    }

    fn store(&mut self, body: &Value, is_second: bool) {
        let identifier = self.workspace.identifier();
        let Some(sent) = body["fields"].as_object() else { return };
        let found = self.find(identifier, &sent[identifier]).first().copied();
        let at = found.filter(|_| !(self.kind == Kind::Odd && is_second)).unwrap_or_else(|| {
            self.leads.push(Stored::default());
            self.leads.len() - 1
        });
        let lead = &mut self.leads[at];
        let known = [identifier, self.workspace.name];
        let outside = body.as_object().into_iter().flatten();
        let outside = outside.filter(|(key, _)| *key != "fields" && *key != "actions");
        for (name, value) in sent.iter().chain(outside) {
            let mut name = name.clone();
            let mut value = value.clone();
            if self.kind == Kind::Nothing && !known.contains(&name.as_str()) {
                continue;
            }
            if self.kind == Kind::Odd {
                name = name.to_lowercase();
                if name == identifier || name == "email" {
                    value = value.as_str().unwrap_or_default().to_lowercase().into();
                }
                if value == "03/04/2026" {
                    value = json!(1_772_582_400_000_i64);
                }
                if value == "2026-04-03T00:00:00Z" {
                    value = json!(1_775_174_400_000_i64);
                }
            }
            lead.fields.insert(name, value);
        }
        if self.kind != Kind::Nothing {
            let actions = body["actions"].as_array().cloned().unwrap_or_default();
            lead.actions.extend(actions);
            if self.kind == Kind::Odd && !lead.actions.is_empty() {
                let end = lead.actions.len().min(2);
                lead.actions[..end].rotate_left(1);
            }
        }
    }

    fn reading(&mut self, step: &Step) -> Reading {
        let created = self.leads.last().cloned();
        match step {
            Step::Queue(bodies) => {
                let mut refusals = Vec::new();
                for (index, body) in bodies.iter().enumerate() {
                    self.queued += 1;
                    let body: Result<Value, _> = serde_json::from_str(body);
                    let is_refused = self.kind == Kind::NotFound && body.is_err();
                    refusals.push(is_refused.then(|| "refused with 400".to_owned()));
                    if self.kind == Kind::Odd && self.queued == 10 {
                        continue;
                    }
                    self.store(&body.unwrap_or_default(), index > 0);
                }
                Reading::Queued(refusals)
            }
            Step::Create(body) => {
                self.store(body, false);
                Reading::Written(Ok(Vec::new()))
            }
            Step::Update(body) => {
                let fields = body["fields"].as_object().cloned().unwrap_or_default();
                if let Some(lead) = self.leads.last_mut() {
                    lead.fields.extend(fields);
                }
                Reading::Written(Ok(Vec::new()))
            }
            Step::Read => Reading::Lead(created),
            Step::Wait { .. } | Step::Search { .. } if self.kind == Kind::NotFound => match step {
                Step::Wait { .. } => Reading::Lead(None),
                _ => Reading::Found(Vec::new()),
            },
            Step::Wait { identifier, name } => {
                let found = self.find(self.workspace.identifier(), &json!(identifier));
                let own = self.workspace.name;
                let mut leads = found.iter().map(|at| &self.leads[*at]);
                Reading::Lead(leads.find(|lead| lead.get(own) == Some(&json!(name))).cloned())
            }
            Step::Search { field, value } => {
                let found = self.find(field, value);
                Reading::Found(found.iter().map(|at| self.leads[*at].clone()).collect())
            }
            Step::Labels(_) => Reading::Labels(Vec::new()),
            Step::Waits => Reading::Waits(vec![Duration::from_secs(1)]),
        }
    }
}

/// Returns the verdict of each row in a workspace whose telecrm is an imitation.
fn verdicts(schema: &Schema, kind: Kind) -> Vec<(&'static str, Verdict)> {
    let start = "919000000000".parse().expect("a start");
    let mut workspace = Workspace::new(schema, start).expect("a field for names");
    workspace.change_labels = true;
    let verdict = |plan: &Plan| {
        let Ok(steps) = &plan.steps else { return (plan.assumption.id, Verdict::Skipped) };
        let mut telecrm = Imitation { kind, workspace: &workspace, leads: Vec::new(), queued: 0 };
        let readings = steps.iter().map(|step| telecrm.reading(step)).collect();
        (plan.assumption.id, plan.judge(&Readings(readings)).verdict)
    };
    plans(&workspace, &[]).iter().map(verdict).collect()
}

#[test]
fn point_8_every_row_runs_and_differs_for_some_telecrm() {
    let (mut ran, mut differ) = (BTreeSet::new(), BTreeSet::new());
    for schema in &schemas() {
        for kind in KINDS {
            for (id, verdict) in verdicts(schema, kind) {
                if verdict != Verdict::Skipped {
                    ran.insert(id);
                }
                if verdict == Verdict::Differs {
                    differ.insert(id);
                }
            }
        }
    }
    assert_eq!(ran.len(), 45, "{ran:?}");
    let never: Vec<_> = ran.difference(&differ).collect();
    assert!(never.is_empty(), "these rows never differ: {never:?}");
}

#[test]
fn point_8_missing_or_failed_readings_are_unclear() {
    let [schema, ..] = schemas();
    let start = "919000000000".parse().expect("a start");
    let mut workspace = Workspace::new(&schema, start).expect("a field for names");
    workspace.change_labels = true;
    for plan in plans(&workspace, &[]) {
        let Ok(steps) = &plan.steps else { continue };
        for count in 0..steps.len() {
            let mut telecrm = Imitation {
                kind: Kind::AsSent,
                workspace: &workspace,
                leads: Vec::new(),
                queued: 0,
            };
            let mut readings: Vec<_> =
                steps[..count].iter().map(|step| telecrm.reading(step)).collect();
            readings.push(Reading::Failed("no connection".to_owned()));
            let judged = plan.judge(&Readings(readings));
            let is_decided = judged.verdict != Verdict::Unclear;
            // A later step may only confirm the lead that an earlier step found.
            assert!(!is_decided || count + 1 == steps.len(), "{}: {judged:?}", plan.assumption.id);
        }
    }
}

#[test]
fn point_9_each_row_uses_other_identifiers_of_the_range() {
    let [schema, ..] = schemas();
    let start = "919000000000".parse().expect("a start");
    let mut workspace = Workspace::new(&schema, start).expect("a field for names");
    workspace.change_labels = true;
    let mut phones = BTreeSet::new();
    for plan in plans(&workspace, &[]) {
        for lead in plan.leads.iter().filter(|lead| lead.starts_with("91")) {
            let number: u64 = lead.parse().expect("a phone");
            assert!((919_000_000_000..919_000_001_000).contains(&number), "{number}");
            assert!(phones.insert(number), "{number} is used twice");
        }
    }
    assert!(phones.len() > 45, "{}", phones.len());
}
