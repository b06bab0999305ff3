//! A slow link in virtual time: nobody sleeps, the clock is moved by what the bytes would take.
//!
//! A model of a bad mobile network: so many bytes a second, a round trip, lost segments that are sent again after a
//! round trip, and a cut at fixed intervals, wherever a request or an answer happens to be. What arrives goes to the real
//! server at once; what is cut off never leaves.

use std::sync::{Arc, Mutex};

use jicha_device::ports::{Clock, Request, Response, ResponseBody, Transport, TransportError};

use crate::http;
use crate::time::{Dice, TestClock};

/// Bytes of a TCP segment's content on most mobile networks.
const SEGMENT_BYTES: u64 = 1360;

/// What the link is like.
#[derive(Clone, Copy, Debug)]
pub struct Quality {
    /// Bytes that pass in a second, in each direction.
    pub bytes_per_second: u64,
    /// How long a message and its answer take, besides their bytes.
    pub round_trip_ms: u64,
    /// So many of a hundred segments are lost once.
    pub loss_percent: u64,
    /// The connection breaks at every multiple of this; 0 for never.
    pub cut_every_ms: u64,
}

/// What a link has carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Requests that were begun.
    pub requests: u64,
    /// Bytes of bodies of requests that arrived.
    pub body_bytes: u64,
    /// Bytes of the first lines of requests.
    pub header_bytes: u64,
    /// Bytes of answers.
    pub answer_bytes: u64,
    /// Segments that were lost and sent again.
    pub segments_lost: u64,
    /// How often the connection broke in the middle of a request.
    pub cuts_in_requests: u64,
    /// How often it broke when the request had arrived and the answer had not.
    pub cuts_in_answers: u64,
    /// The longest body.
    pub longest_body: u64,
}

/// The link.
#[derive(Debug)]
pub struct SlowLink {
    client: reqwest::Client,
    clock: Arc<TestClock>,
    quality: Quality,
    begun_ms: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    dice: Dice,
    connected: bool,
    carried: Carried,
}

impl SlowLink {
    /// A link of this quality, whose losses follow from the seed.
    pub fn new(quality: Quality, clock: Arc<TestClock>, seed: u64) -> Self {
        SlowLink {
            client: http::client_builder()
                .build()
                .expect("a client without TLS needs nothing"),
            begun_ms: clock.monotonic_ms(),
            clock,
            quality,
            state: Mutex::new(State {
                dice: Dice::from_seed(seed),
                connected: false,
                carried: Carried::default(),
            }),
        }
    }

    /// What it has carried so far.
    pub fn carried(&self) -> Carried {
        self.state.lock().expect("no panic under this lock").carried
    }

    /// Milliseconds since the link was made.
    pub fn passed_ms(&self) -> u64 {
        self.clock.monotonic_ms() - self.begun_ms
    }

    fn until_cut_ms(&self) -> u64 {
        match self.quality.cut_every_ms {
            0 => u64::MAX,
            every => every - self.passed_ms() % every,
        }
    }

    /// Carries bytes until they are over or the connection breaks; returns how many passed.
    fn carry(&self, bytes: u64) -> u64 {
        let mut state = self.state.lock().expect("no panic under this lock");
        let mut passed = 0;
        while passed < bytes {
            let segment = (bytes - passed).min(SEGMENT_BYTES);
            let mut took_ms = (segment * 1000).div_ceil(self.quality.bytes_per_second);
            if state.dice.chance(self.quality.loss_percent) {
                state.carried.segments_lost += 1;
                // It is missed after a round trip and sent once more.
                took_ms = took_ms * 2 + self.quality.round_trip_ms;
            }
            let left_ms = self.until_cut_ms();
            if took_ms >= left_ms {
                self.clock.pass_ms(left_ms);
                state.connected = false;
                // What was in the air of this segment counts as not arrived.
                return passed;
            }
            self.clock.pass_ms(took_ms);
            passed += segment;
        }
        passed
    }

    /// Waits; false if the connection breaks meanwhile.
    fn wait(&self, ms: u64) -> bool {
        let left_ms = self.until_cut_ms();
        let unbroken = ms < left_ms;
        self.clock.pass_ms(ms.min(left_ms));
        if !unbroken {
            self.state.lock().expect("no panic under this lock").connected = false;
        }
        unbroken
    }

    fn note(&self, change: impl FnOnce(&mut Carried)) {
        change(&mut self.state.lock().expect("no panic under this lock").carried);
    }

    /// A new connection costs a round trip.
    fn connect(&self) -> bool {
        let connected = std::mem::replace(
            &mut self.state.lock().expect("no panic under this lock").connected,
            true,
        );
        connected || self.wait(self.quality.round_trip_ms)
    }
}

impl Transport for SlowLink {
    type Body = WholeBody;

    async fn send(&self, request: Request) -> Result<Response<WholeBody>, TransportError> {
        let broken = |why: &str| TransportError { why: why.to_owned() };
        self.note(|carried| {
            carried.requests += 1;
            carried.longest_body = carried.longest_body.max(request.body.len() as u64);
        });
        if !self.connect() {
            self.note(|carried| carried.cuts_in_requests += 1);
            return Err(broken("the link broke while connecting"));
        }
        let head = http::head_of(&request).len() as u64;
        let passed = self.carry(head + request.body.len() as u64);
        self.note(|carried| {
            carried.header_bytes += passed.min(head);
            carried.body_bytes += passed.saturating_sub(head);
        });
        if passed < head + request.body.len() as u64 {
            self.note(|carried| carried.cuts_in_requests += 1);
            if passed >= head {
                let length = usize::try_from(passed - head).unwrap_or(usize::MAX);
                http::send_cut(&request, length)
                    .await
                    .map_err(|error| broken(&error.to_string()))?;
            }
            return Err(broken("the link broke while sending"));
        }
        let sent = http::request(&self.client, &request).send().await;
        let response = sent.map_err(|error| broken(&error.to_string()))?;
        let (status, headers) = (response.status().as_u16(), http::headers(&response));
        let body = response
            .bytes()
            .await
            .map_err(|error| broken(&error.to_string()))?;
        let head: usize = headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum();
        let bytes = (head + 20 + body.len()) as u64;
        let arrived = self.wait(self.quality.round_trip_ms) && self.carry(bytes) == bytes;
        if !arrived {
            self.note(|carried| carried.cuts_in_answers += 1);
            return Err(broken("the link broke while receiving"));
        }
        self.note(|carried| carried.answer_bytes += bytes);
        Ok(Response {
            status,
            headers,
            body: WholeBody(Some(body.to_vec())),
        })
    }
}

/// An answer that is here already.
#[derive(Debug)]
pub struct WholeBody(Option<Vec<u8>>);

impl ResponseBody for WholeBody {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        Ok(self.0.take().filter(|body| !body.is_empty()))
    }
}
