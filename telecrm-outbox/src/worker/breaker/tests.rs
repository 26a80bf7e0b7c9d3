//! The breaker, step by step, on a clock that is a number.

use super::*;

const FORBIDDEN: Class = Class::Systemic { cause: PauseCause::Blocked, status: Some(403) };
const SERVER_ERROR: Class = Class::Trouble { status: Some(500) };

struct Steps {
    breaker: Breaker,
    now: Moment,
}

impl Steps {
    fn new(concurrency: usize) -> Self {
        Self { breaker: Breaker::new(concurrency), now: Moment::ZERO }
    }

    fn record(&mut self, entry: i64, class: Class) -> (Verdict, Change) {
        let evidence = Evidence {
            entry: EntryId(entry),
            class,
            is_probe: false,
            is_repeated: false,
            retry_after: None,
        };
        self.breaker.record(evidence, self.now)
    }

    fn permit(&self, under_way: usize) -> Permit {
        self.breaker.permit(under_way, self.now)
    }

    /// Waits until the breaker permits a probe, sends it, and returns the length of the wait.
    fn probe(&mut self, entry: i64, class: Class) -> (Duration, Verdict, Change) {
        let begun = self.now;
        if let Permit::WaitUntil(moment) = self.permit(0) {
            self.now = moment;
        }
        assert_eq!(self.permit(0), Permit::Probe);
        self.breaker.begin_probe(EntryId(entry));
        assert_eq!(self.permit(1), Permit::WaitForResponse, "one probe at a time");
        let evidence = Evidence {
            entry: EntryId(entry),
            class,
            is_probe: true,
            is_repeated: false,
            retry_after: None,
        };
        let (verdict, change) = self.breaker.record(evidence, self.now);
        (self.now.saturating_sub(begun), verdict, change)
    }

    /// The number of requests that may be in flight now.
    fn limit(&self) -> usize {
        (0..100).find(|in_flight| self.permit(*in_flight) != Permit::Deliver).unwrap()
    }
}

#[test]
fn d45_a_response_that_concerns_no_single_lead_opens_immediately_and_refuses_nothing() {
    for cause in [
        PauseCause::Unauthorized,
        PauseCause::WrongAddress,
        PauseCause::NotTelecrm,
        PauseCause::Blocked,
    ] {
        let mut steps = Steps::new(8);
        let class = Class::Systemic { cause, status: Some(403) };
        assert_eq!(steps.record(1, class), (Verdict::Return, Change::Paused(cause)));
        assert_eq!(steps.breaker.pause(), Some(cause));
        // Requests in flight return too, and the pause does not become longer.
        assert_eq!(steps.record(2, class), (Verdict::Return, Change::None));
        assert_eq!(steps.permit(0), Permit::WaitUntil(FIRST_WAIT));
    }
}

#[test]
fn d45_trouble_opens_when_3_of_the_last_10_requests_failed() {
    let mut steps = Steps::new(8);
    for entry in 0..2 {
        assert_eq!(steps.record(entry, SERVER_ERROR), (Verdict::Own, Change::None));
    }
    // Nine accepted requests push the first failure out of the ten.
    for entry in 2..11 {
        steps.record(entry, Class::Queued);
    }
    assert_eq!(steps.record(11, SERVER_ERROR), (Verdict::Own, Change::None));
    let paused = (Verdict::Return, Change::Paused(PauseCause::Unavailable));
    assert_eq!(steps.record(12, SERVER_ERROR), (Verdict::Own, Change::None));
    assert_eq!(steps.record(13, Class::Trouble { status: None }), paused);
}

#[test]
fn d45_the_waits_between_probes_double_up_to_a_minute() {
    let mut steps = Steps::new(8);
    steps.record(0, FORBIDDEN);
    let waits: Vec<u64> = (1..=10)
        .map(|entry| {
            let (wait, verdict, change) = steps.probe(entry, FORBIDDEN);
            assert_eq!(verdict, Verdict::Return);
            assert_eq!(change, Change::StillPaused(PauseCause::Blocked));
            u64::try_from(wait.as_millis()).unwrap()
        })
        .collect();
    let expected = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000];
    assert_eq!(waits, expected);
}

#[test]
fn d45_after_a_success_delivery_ramps_up() {
    let mut steps = Steps::new(8);
    steps.record(0, FORBIDDEN);
    let (_, verdict, change) = steps.probe(1, Class::Queued);
    assert_eq!((verdict, change), (Verdict::Own, Change::Resumed));
    let mut limits = vec![steps.limit()];
    for entry in 2..9 {
        steps.record(entry, Class::Queued);
        limits.push(steps.limit());
    }
    assert_eq!(limits, [1, 2, 2, 4, 4, 4, 4, 8]);
    assert_eq!(steps.breaker.state, State::Closed);
}

#[test]
fn d45_a_failure_while_delivery_ramps_up_opens_again_with_a_longer_wait() {
    let mut steps = Steps::new(8);
    steps.record(0, FORBIDDEN);
    steps.probe(1, Class::Queued);
    steps.record(2, Class::Queued);
    let paused = (Verdict::Return, Change::Paused(PauseCause::Unavailable));
    assert_eq!(steps.record(3, SERVER_ERROR), paused);
    let (wait, ..) = steps.probe(4, Class::Queued);
    assert_eq!(wait, Duration::from_secs(1));
    // Closed again, the waits start over.
    for entry in 5..12 {
        steps.record(entry, Class::Queued);
    }
    steps.record(12, FORBIDDEN);
    assert_eq!(steps.permit(0), Permit::WaitUntil(steps.now + FIRST_WAIT));
}

#[test]
fn d45_accepted_requests_shorten_the_waits_again() {
    let mut steps = Steps::new(8);
    steps.record(0, FORBIDDEN);
    for entry in 1..=4 {
        steps.probe(entry, FORBIDDEN);
    }
    let mut waits = Vec::new();
    for round in 0..3 {
        let (wait, ..) = steps.probe(10 + 10 * round, Class::Queued);
        waits.push(wait.as_secs());
        for entry in 1..=5 {
            steps.record(10 + 10 * round + entry, Class::Queued);
        }
        steps.record(19 + 10 * round, SERVER_ERROR);
    }
    // Four failed probes; in each round five accepted requests undo one failure, and one is added.
    assert_eq!(waits, [8, 8, 8]);
}

#[test]
fn d45_five_refusals_in_a_row_open_and_the_fifth_returns() {
    let mut steps = Steps::new(8);
    for entry in 0..4 {
        assert_eq!(steps.record(entry, Class::Refused), (Verdict::Own, Change::None));
    }
    // An accepted entry in between starts the count again.
    steps.record(4, Class::Queued);
    for entry in 5..9 {
        assert_eq!(steps.record(entry, Class::Refused), (Verdict::Own, Change::None));
    }
    let paused = (Verdict::Return, Change::Paused(PauseCause::Blocked));
    assert_eq!(steps.record(9, Class::Refused), paused);
    // Refused while it is open: requests that were in flight, and probes.
    assert_eq!(steps.record(10, Class::Refused), (Verdict::Return, Change::None));
    for entry in 11..20 {
        let (_, verdict, change) = steps.probe(entry, Class::Refused);
        assert_eq!(verdict, Verdict::Return);
        assert_eq!(change, Change::StillPaused(PauseCause::Blocked));
    }
    let (_, _, change) = steps.probe(20, Class::Queued);
    assert_eq!(change, Change::Resumed);
    assert_eq!(steps.record(9, Class::Refused), (Verdict::Own, Change::None), "now it is its own");
}

#[test]
fn d45_a_refusal_by_telecrm_ends_an_outage() {
    let mut steps = Steps::new(8);
    steps.record(0, FORBIDDEN);
    let (_, verdict, change) = steps.probe(1, Class::Refused);
    assert_eq!((verdict, change), (Verdict::Return, Change::Resumed));
    assert_eq!(steps.limit(), 1);
    assert_eq!(steps.record(1, Class::Refused), (Verdict::Own, Change::None));
}

#[test]
fn d45_one_entry_with_the_same_response_twice_is_refused_while_others_are_accepted() {
    let mut steps = Steps::new(8);
    steps.record(1, FORBIDDEN);
    steps.probe(2, Class::Queued);
    assert_eq!(steps.record(1, FORBIDDEN), (Verdict::Refuse, Change::None));
    assert_eq!(steps.limit(), 1, "delivery of the others continues");

    // Nothing is refused if no other entry was accepted in between,
    let mut steps = Steps::new(8);
    steps.record(1, FORBIDDEN);
    for _ in 0..5 {
        let (_, verdict, _) = steps.probe(1, FORBIDDEN);
        assert_eq!(verdict, Verdict::Return);
    }
    // nor if the response differs,
    steps.probe(2, Class::Queued);
    let redirect = Class::Systemic { cause: PauseCause::NotTelecrm, status: Some(302) };
    assert_eq!(steps.record(1, redirect).0, Verdict::Return);
    // nor for a token that is refused again and again.
    let revoked = Class::Systemic { cause: PauseCause::Unauthorized, status: Some(401) };
    for _ in 0..5 {
        steps.probe(2, Class::Queued);
        assert_eq!(steps.record(1, revoked).0, Verdict::Return);
    }
}

#[test]
fn d45_one_entry_that_always_fails_does_not_pause_the_others() {
    let mut steps = Steps::new(8);
    for round in 0..50 {
        let (_, change) = steps.record(0, SERVER_ERROR);
        assert_eq!(change, Change::None, "round {round}");
        steps.record(1, Class::Queued);
    }
}

#[test]
fn d45_retry_after_applies_to_the_whole_worker() {
    let mut steps = Steps::new(8);
    let minute = Duration::from_secs(60);
    let evidence = |class, retry_after| Evidence {
        entry: EntryId(1),
        class,
        is_probe: false,
        is_repeated: false,
        retry_after: Some(retry_after),
    };
    steps.breaker.record(evidence(SERVER_ERROR, minute), Moment::ZERO);
    assert_eq!(steps.permit(0), Permit::WaitUntil(minute));
    steps.now = minute;
    assert_eq!(steps.permit(0), Permit::Deliver);
    // A probe waits for it too; telecrm counts by the hour, so no wait is longer.
    steps.breaker.record(evidence(Class::Neutral, Duration::MAX), minute);
    steps.record(2, FORBIDDEN);
    assert_eq!(steps.permit(0), Permit::WaitUntil(minute + Duration::from_secs(3_600)));
}

#[test]
fn d45_a_probe_without_evidence_is_repeated_and_other_entries_are_avoided_first() {
    let mut steps = Steps::new(8);
    steps.record(1, FORBIDDEN);
    steps.probe(2, Class::Neutral);
    let (wait, ..) = steps.probe(3, FORBIDDEN);
    assert_eq!(wait, Duration::from_secs(1));
    assert_eq!(steps.breaker.avoided(), [EntryId(1), EntryId(2), EntryId(3)]);
    assert!(!steps.breaker.admits(false) && steps.breaker.admits(true));
}

#[test]
fn d45_workers_of_a_token_share_its_pause() {
    let second = Duration::from_secs(1);
    let mut steps = Steps::new(8);
    let shared = Some((PauseCause::Unauthorized, second));
    assert_eq!(steps.breaker.adopt(None, steps.now), Change::None);
    let paused = Change::Paused(PauseCause::Unauthorized);
    assert_eq!(steps.breaker.adopt(shared, steps.now), paused);
    assert_eq!(steps.permit(0), Permit::WaitUntil(second));
    // Another worker's probe failed, and the next one succeeded.
    assert_eq!(
        steps.breaker.adopt(Some((PauseCause::Unauthorized, 4 * second)), second),
        Change::None
    );
    assert_eq!(steps.permit(0), Permit::WaitUntil(5 * second));
    assert_eq!(steps.breaker.adopt(None, second), Change::Resumed);
    assert_eq!(steps.limit(), 1);
}

#[test]
fn d45_only_causes_of_the_token_and_of_telecrm_are_shared() {
    let systemic = |cause| Class::Systemic { cause, status: Some(400) };
    for (class, is_shared) in [
        (systemic(PauseCause::Unauthorized), true),
        (systemic(PauseCause::WrongAddress), false),
        (systemic(PauseCause::Blocked), false),
        (systemic(PauseCause::NotTelecrm), false),
        (SERVER_ERROR, true),
        (Class::Trouble { status: None }, false),
    ] {
        let mut steps = Steps::new(8);
        for entry in 0..3 {
            steps.record(entry, class);
        }
        let shared = steps.breaker.shared_pause(steps.now);
        assert_eq!(shared.is_some(), is_shared, "{class:?}");
        assert!(shared.is_none_or(|(_, wait)| wait == FIRST_WAIT));
        // Before the others are informed, their silence means nothing.
        assert_eq!(steps.breaker.adopt(None, steps.now), Change::None);
        steps.breaker.published();
        let resumed = steps.breaker.adopt(None, steps.now) == Change::Resumed;
        assert_eq!(resumed, is_shared, "{class:?}");
    }
}

#[test]
fn entries_that_fail_again_and_again_do_not_look_like_an_outage() {
    let mut steps = Steps::new(8);
    let evidence = |entry, is_repeated| Evidence {
        entry: EntryId(entry),
        class: SERVER_ERROR,
        is_probe: false,
        is_repeated,
        retry_after: None,
    };
    for entry in 0..100 {
        let recorded = steps.breaker.record(evidence(entry, true), steps.now);
        assert_eq!(recorded, (Verdict::Own, Change::None), "entry {entry}");
    }
    // New ones are.
    for entry in 100..102 {
        let (_, change) = steps.breaker.record(evidence(entry, false), steps.now);
        assert_eq!(change, Change::None);
    }
    let (_, change) = steps.breaker.record(evidence(102, false), steps.now);
    assert_eq!(change, Change::Paused(PauseCause::Unavailable));
}
