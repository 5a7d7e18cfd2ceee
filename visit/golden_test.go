package visit

// Links sealed with oldKey when version 1 was new.
const (
	goldenByID    = "92ew8keurt9vfkz7mi3d4iyl1wx7gqx9h9dj9r32wtbg7m88vmbxu5argrdqddcneji03qsaczojidiix6"
	goldenShort   = "z0bniem41d84wz9tldfcv2i0sscoi63r1zgamv4qj6q3fejbfznovfbq1m9iy8accjc5z3m682kbgsmof126fokx1lxm52"
	goldenClassic = "698jutmv1jjbaxkmt0ho9wxw9g1g3k4iqjbbkffkta7od64v80tkvlm4hdfu9ist0dsipccb774oj2vpv649t3a16m35in5zu18da7vm54cnb23c7w6uskrryh3ham38ot68zmxtyte09ct8"
)
