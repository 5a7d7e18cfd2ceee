package rehearsal

import "time"

const (
	maxInside   = 6                // people in one meeting: each sends to every other
	maxWaiting  = 12               // people in one lobby
	maxChat     = 500              // chat messages kept in a room
	maxChatText = 4 << 10          // bytes of one chat message
	chatSpace   = MaxFrame - 4<<10 // bytes of chat messages in one reply
	maxRights   = 64               // capabilities that a host may take away in one room

	inviteAgain = 2 * time.Second // between two invitations of a host to the same room
)

// limits are the limits that tests make smaller.
type limits struct {
	rooms      int           // rooms at one time
	sockets    int           // connections at one time whose first frame has arrived
	perClient  int           // connections at one time from one client address
	framesPerS float64       // frames a client may send per second, over a while
	burst      int           // frames a client may send at once
	queue      int           // bytes that may wait for one member
	hello      time.Duration // until the first frame
	write      time.Duration // until one frame is taken by the network
	ping       time.Duration // between two pings
	pong       time.Duration // until a ping is answered
	farewell   time.Duration // until the other side has closed too
}

func defaultLimits() limits {
	return limits{
		rooms: 100, sockets: 1000, perClient: 200, framesPerS: 50, burst: 200, queue: 1 << 20,
		hello: 5 * time.Second, write: 10 * time.Second, ping: 15 * time.Second, pong: 10 * time.Second,
		farewell: 3 * time.Second,
	}
}
