//! Fault schedule in use: what the next request meets.

use std::time::Duration;

use super::{Fault, FaultRate, Faults};

/// Which API a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Async,
    Sync,
}

/// The faults injected into one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Injected {
    pub(crate) latency: Duration,
    /// Changes to the response.
    pub(crate) response: Option<Fault>,
    /// Changes to the queued lead.
    pub(crate) processing: Vec<Fault>,
}

/// A schedule with the state of its rates.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    faults: Faults,
    random: u64,
}

impl Plan {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { random: faults.seed, faults }
    }

    /// Faults of the next request. A request to the Sync API leaves the script as it is where
    /// the next step concerns a lead's processing.
    pub(crate) fn next(&mut self, api: Api) -> Injected {
        let mut injected = Injected::default();
        let applies = |fault: &Fault| api == Api::Async || !fault.concerns_processing();
        if let Some(step) = self.faults.script.front() {
            if step.as_ref().is_none_or(applies)
                && let Some(Some(fault)) = self.faults.script.pop_front()
            {
                injected.add(fault);
            }
            return injected;
        }
        let random = &mut self.random;
        for rate in &self.faults.rates {
            // Each rate is tried, so that one that applies does not shift the others.
            if roll(random) < FaultRate::rate(rate) && applies(rate.fault()) {
                injected.add(rate.fault().clone());
            }
        }
        injected
    }
}

impl Injected {
    fn add(&mut self, fault: Fault) {
        match fault {
            Fault::Latency { millis } => {
                self.latency = self.latency.saturating_add(Duration::from_millis(millis));
            }
            fault if fault.concerns_processing() => self.processing.push(fault),
            fault => {
                self.response.get_or_insert(fault);
            }
        }
    }

    /// The name of the fault that says most about the delivery.
    pub(crate) fn name(&self) -> Option<&'static str> {
        let slow = (!self.latency.is_zero()).then_some("latency");
        self.response.as_ref().or(self.processing.first()).map(Fault::name).or(slow)
    }
}

/// The next number from 0 to below 1 (`SplitMix64`: small, and good enough for rates).
fn roll(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let top = u32::try_from(z >> 32).unwrap_or(u32::MAX);
    f64::from(top) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(plan: &mut Plan) -> Injected {
        plan.next(Api::Async)
    }

    #[test]
    fn a_script_comes_first_and_once() {
        let slow = Fault::Latency { millis: 5 };
        let faults = Faults::script([Some(Fault::ServerError), None, Some(slow)]);
        let mut plan = Plan::new(faults.rate(1.0, Fault::LoginPage));
        assert_eq!(next(&mut plan).response, Some(Fault::ServerError));
        assert_eq!(next(&mut plan), Injected::default());
        let latency = Duration::from_millis(5);
        assert_eq!(next(&mut plan), Injected { latency, ..Injected::default() });
        assert_eq!(next(&mut plan).response, Some(Fault::LoginPage));
    }

    #[test]
    fn a_fault_of_processing_waits_for_the_next_lead() {
        let mut plan = Plan::new(Faults::script([Some(Fault::LoseLead), Some(Fault::ServerError)]));
        assert_eq!(plan.next(Api::Sync), Injected::default());
        assert_eq!(plan.next(Api::Async).processing, [Fault::LoseLead]);
        assert_eq!(plan.next(Api::Sync).response, Some(Fault::ServerError));
        let mut plan = Plan::new(Faults::none().rate(1.0, Fault::LoseLead));
        assert_eq!(plan.next(Api::Sync), Injected::default());
        assert_eq!(plan.next(Api::Async).name(), Some("lose_lead"));
    }

    #[test]
    fn a_rate_applies_as_often_as_it_says_and_the_same_with_the_same_seed() {
        let applied = |seed| {
            let mut plan = Plan::new(Faults::none().seed(seed).rate(0.25, Fault::ServerError));
            (0..4000).map(|_| next(&mut plan).response.is_some()).collect::<Vec<_>>()
        };
        let count = applied(1).iter().filter(|applied| **applied).count();
        assert!((900..1100).contains(&count), "{count}");
        assert_eq!(applied(1), applied(1));
        assert_ne!(applied(1), applied(2));
    }

    #[test]
    fn never_and_always_mean_it() {
        let lost = |name: &str| Fault::DropField { name: name.to_owned() };
        let mut plan = Plan::new(
            Faults::none()
                .rate(0.0, Fault::LoginPage)
                .rate(1.0, Fault::Latency { millis: 1 })
                .rate(1.0, Fault::HalfAnswer)
                .rate(1.0, lost("a"))
                .rate(1.0, Fault::Latency { millis: 2 })
                .rate(1.0, Fault::OkText)
                .rate(1.0, lost("b")),
        );
        let injected = Injected {
            latency: Duration::from_millis(3),
            response: Some(Fault::HalfAnswer),
            processing: vec![lost("a"), lost("b")],
        };
        assert!((0..100).all(|_| next(&mut plan) == injected));
        assert_eq!(injected.name(), Some("half_answer"));
    }
}
