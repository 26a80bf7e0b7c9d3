//! Fault schedule in use: selects the faults of the next request.

use std::time::Duration;

use super::{Fault, FaultRate, Faults};

/// The API of a request.
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

    /// Returns the faults of the next request.
    ///
    /// A request to the Sync API leaves the script unchanged if its next step is a processing
    /// fault.
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
            // Every rate consumes a random number, so that the rates do not influence each other.
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

    /// Name of the most important fault.
    ///
    /// A response fault precedes a processing fault, which precedes a latency.
    pub(crate) fn name(&self) -> Option<&'static str> {
        let latency = (!self.latency.is_zero()).then_some("latency");
        self.response.as_ref().or(self.processing.first()).map(Fault::name).or(latency)
    }
}

/// Returns the next number in `0.0..1.0` (`SplitMix64`, which is sufficient for rates).
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
    fn script_is_used_once_and_before_the_rates() {
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
    fn processing_fault_waits_for_the_next_lead() {
        let mut plan = Plan::new(Faults::script([Some(Fault::LoseLead), Some(Fault::ServerError)]));
        assert_eq!(plan.next(Api::Sync), Injected::default());
        assert_eq!(plan.next(Api::Async).processing, [Fault::LoseLead]);
        assert_eq!(plan.next(Api::Sync).response, Some(Fault::ServerError));
        let mut plan = Plan::new(Faults::none().rate(1.0, Fault::LoseLead));
        assert_eq!(plan.next(Api::Sync), Injected::default());
        assert_eq!(plan.next(Api::Async).name(), Some("lose_lead"));
    }

    #[test]
    fn rate_has_its_frequency_and_the_same_seed_repeats_it() {
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
    fn rate_0_never_applies_and_rate_1_always_applies() {
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
