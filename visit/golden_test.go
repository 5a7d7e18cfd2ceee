package visit

// Links sealed with oldKey when version 1 was new.
const (
	goldenByID    = "92ew8keurt9vfkz7mi3d4iyl1wx7gqx9h9dj9r32wtbg7m88vmbxu5argrdqddcneji03qsaczojidiix6"
	goldenShort   = "z0bniem41d84wz9tldfcv2i0sscoi63r1zgamv4qj6q3fejbfznovfbq1m9iy8accjc5z3m682kbgsmof126fokx1lxm52"
	goldenClassic = "4fjnoxdxjtsvfndt1kd99xgulqytuungj43dfzm6o2wqe0yoh2runvztfsxwwjbcw523u4lxx9uzsxw1eflgndo8i8ko3gltexoej2qpxj09sd2h9886n5tej01pqj02un0i73i7ztna0"
)
