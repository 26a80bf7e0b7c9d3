//! Storing a lead: both sides alternately, since disks differ, and are busy.
//!
//! Each is measured against a plain table, and against the outbox's own table written by hand: the
//! first is what one would have without the order of leads, the second what the code around the
//! statement costs.

use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use bench_support::median;
use telecrm_outbox::Outbox;
use telecrm_outbox::sqlite::enqueue_parameters;
use tokio::task::{JoinSet, LocalSet};

use crate::by_hand::{Database, GroupCommit, Row, Table};
use crate::{Failure, crm, lead};

const ROUNDS: usize = 31;
const TABLES: [(Table, &str); 2] = [(Table::Plain, "plain"), (Table::Outbox, "the outbox's table")];

/// A lead for each side: the outbox encodes it when it stores it, the other side has its bytes already.
fn leads(count: u64) -> (Vec<crm::Lead>, Vec<Row>) {
    let leads: Vec<_> = (0..count).map(lead).collect();
    let rows = leads.iter().map(|lead| {
        let (enterprise, phone, body) = enqueue_parameters(lead);
        Row { enterprise, phone, body }
    });
    let rows = rows.collect();
    (leads, rows)
}

/// Leads a second of both sides, and the median of the ratios.
struct Rates {
    rounds: Vec<[f64; 2]>,
}

impl Rates {
    fn print(&self, title: &str, peer: &str, goal: &str) {
        // The first round warms up.
        let of = |rate: fn(&[f64; 2]) -> f64| median(self.rounds[1..].iter().map(rate).collect());
        println!(
            "{title}: {:.0} a second, {peer} {:.0}; ratio {:.2} ({goal})",
            of(|[rate, _]| *rate),
            of(|[_, peer]| *peer),
            of(|[rate, peer]| rate / peer)
        );
    }
}

/// `enqueue` by one caller, over an insert with rusqlite.
pub async fn one_caller(folder: &Path) -> Result<(), Failure> {
    const COUNT: u64 = 200;
    let (leads, rows) = leads(COUNT);
    for (table, name) in TABLES {
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            // Each round on empty files: the worker keeps up.
            let file = |side| folder.join(format!("one-{name}-{round}-{side}.db"));
            let outbox = Outbox::open(file("ours")).await?;
            let bare = Database::open(&file("bare"), table)?;
            let mut rate = [0.0; 2];
            for index in [round % 2, 1 - round % 2] {
                let start = Instant::now();
                if index == 0 {
                    for lead in &leads {
                        outbox.enqueue(lead).await?;
                    }
                } else {
                    for row in &rows {
                        bare.insert(row)?;
                    }
                }
                rate[index] = COUNT as f64 / start.elapsed().as_secs_f64();
            }
            rounds.push(rate);
        }
        let peer = format!("bare rusqlite ({name})");
        Rates { rounds }.print("enqueue, one caller", &peer, "at least 0.9");
    }
    Ok(())
}

/// `enqueue` by 64 callers at the same time, divided by a group commit written by hand.
pub async fn many_callers(folder: &Path) -> Result<(), Failure> {
    const CALLERS: usize = 64;
    const EACH: usize = 50;
    let count = CALLERS * EACH;
    let (leads, rows) = leads(count as u64);
    let (leads, rows) = (Rc::new(leads), Rc::new(rows));
    for (table, name) in TABLES {
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            let file = |side| folder.join(format!("many-{name}-{round}-{side}.db"));
            let outbox = Outbox::open(file("ours")).await?;
            let bare = Rc::new(GroupCommit::start(Database::open(&file("bare"), table)?));
            let mut rate = [0.0; 2];
            for index in [round % 2, 1 - round % 2] {
                let start = Instant::now();
                let local = LocalSet::new();
                let mut callers = JoinSet::new();
                for caller in 0..CALLERS {
                    let numbers = caller * EACH..(caller + 1) * EACH;
                    let (outbox, leads) = (outbox.clone(), Rc::clone(&leads));
                    let (bare, rows) = (Rc::clone(&bare), Rc::clone(&rows));
                    let calls = async move {
                        for number in numbers {
                            if index == 0 {
                                outbox.enqueue(&leads[number]).await.expect("stored");
                            } else {
                                bare.insert(rows[number].clone()).await;
                            }
                        }
                    };
                    callers.spawn_local_on(calls, &local);
                }
                let done = async {
                    while let Some(caller) = callers.join_next().await {
                        caller.expect("it does not panic");
                    }
                };
                local.run_until(done).await;
                rate[index] = count as f64 / start.elapsed().as_secs_f64();
            }
            rounds.push(rate);
        }
        let peer = format!("group commit by hand ({name})");
        Rates { rounds }.print("enqueue, 64 callers", &peer, "at least 0.8");
    }
    Ok(())
}
