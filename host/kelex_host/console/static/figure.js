// The figure in the 3D scene: puts materials and light on what ui.scene made, and moves joints towards their targets.
//
// The server writes what is so into `kelex.state` (see page.js); every frame here follows it. Between two messages a
// joint glides, in about the time between them, so that 60 ms steps look like one motion. With reduced motion, or
// without a graphics card, it jumps, and nothing hovers or breathes. Whatever changes what is seen says so (drawing.js).
import { THREE } from "nicegui-scene";

// With the version that this file was asked for, so that no browser mixes two of them.
const { Drawing } = await import(`./drawing.js${new URL(import.meta.url).search}`);

const RADIANS = Math.PI / 180;
const GLIDE_S = 0.07;
const SIGN = { x: 1, y: -1, z: 1 }; // see skeleton.py
const NEAR_DEGREES = 0.05;
const REST_AFTER_S = 60; // nobody touches anything and nothing happens: he stops hovering, and the page drawing
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

const PALETTE = {
  dark: { shell: 0x8fa3c4, joint: 0x3a4557, trim: 0xe6bb72, visor: 0x05070b, floor: 0x0c1320, grid: 0x3d5478, sky: 0xbfd3ff, ground: 0x2a1f14, key: 3.4, fill: 2.0 },
  light: { shell: 0xf2f5fa, joint: 0x525c6c, trim: 0xb98a3d, visor: 0x0c1118, floor: 0xe9edf3, grid: 0x9fb0c8, sky: 0xffffff, ground: 0xb9b0a4, key: 2.4, fill: 1.5 },
};

function environment(renderer, dark) {
  // A studio of three soft lamps, painted into a small panorama: what metal has to mirror.
  const width = 128, height = 64, data = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const up = 1 - y / height, around = x / width;
      let value = (dark ? 0.16 : 1.1) + (dark ? 0.7 : 1.1) * Math.pow(up, 1.8);
      const lamp = (at, wide, high, low, power) => {
        const d = Math.min(Math.abs(around - at), 1 - Math.abs(around - at)) / wide;
        if (up > low && up < high) value += power * Math.exp(-d * d * 3);
      };
      lamp(0.30, 0.10, 0.92, 0.52, dark ? 3.4 : 2.2);
      lamp(0.66, 0.06, 0.80, 0.40, dark ? 1.9 : 1.2);
      lamp(0.95, 0.03, 0.95, 0.20, dark ? 2.6 : 1.4);
      const i = 4 * ((height - 1 - y) * width + x);
      data[i] = value * (dark ? 0.92 : 1);
      data[i + 1] = value * (dark ? 0.97 : 1);
      data[i + 2] = value * 1.06;
      data[i + 3] = 1;
    }
  const panorama = new THREE.DataTexture(data, width, height, THREE.RGBAFormat, THREE.FloatType);
  panorama.mapping = THREE.EquirectangularReflectionMapping;
  panorama.needsUpdate = true;
  const maker = new THREE.PMREMGenerator(renderer);
  const map = maker.fromEquirectangular(panorama).texture;
  maker.dispose();
  panorama.dispose();
  return map;
}

function materials(dark) {
  const p = PALETTE[dark ? "dark" : "light"];
  const metal = (color, metalness, roughness) =>
    new THREE.MeshStandardMaterial({ color, metalness, roughness, side: THREE.DoubleSide });
  const glow = (opacity) =>
    new THREE.MeshBasicMaterial({
      color: 0x66d9ff, transparent: true, opacity, depthWrite: false, side: THREE.DoubleSide,
      blending: dark ? THREE.AdditiveBlending : THREE.NormalBlending,
    });
  return {
    shell: metal(p.shell, 0.72, 0.34),
    joint: metal(p.joint, 0.6, 0.5),
    trim: metal(p.trim, 1.0, 0.26),
    visor: metal(p.visor, 0.25, 0.08),
    lens: new THREE.MeshStandardMaterial({ color: 0x0b2a3a, emissive: 0x39c6ff, emissiveIntensity: 0.5, roughness: 0.15 }),
    drive: new THREE.MeshStandardMaterial({ color: 0x10283a, emissive: 0x49c9ff, emissiveIntensity: 1.4, roughness: 0.4 }),
    plume: glow(dark ? 0.05 : 0.08),
    beam: glow(dark ? 0.2 : 0.3),
    halo: glow(0.0),
    eye: new THREE.MeshStandardMaterial({ color: 0x11161d, emissive: 0x000000, emissiveIntensity: 1.6, roughness: 0.2 }),
    ghost: new THREE.MeshBasicMaterial({ color: dark ? 0x67e8ff : 0x0a7fae, transparent: true, opacity: 0.13, depthWrite: false }),
  };
}

class Figure {
  constructor(component, joints) {
    this.component = component;
    this.joints = joints;
    this.shown = {};
    this.ghost = {};
    this.last = performance.now();
    this.dressed = new WeakSet();
    component.scene.children.filter((child) => child.isLight).forEach((light) => light.removeFromParent());
    this.sky = new THREE.HemisphereLight(0xffffff, 0x000000, 1);
    this.sky.position.set(0, 0, 1);
    this.key = new THREE.DirectionalLight(0xffffff, 1);
    this.key.position.set(4, 3, 6);
    this.rim = new THREE.DirectionalLight(0x7cc7ff, 1);
    this.rim.position.set(-4, -3, 3);
    component.scene.add(this.sky, this.key, this.rim);
    this.floor();
    component.renderer.toneMapping = THREE.ACESFilmicToneMapping;
    component.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio || 1));
    component.controls.enablePan = false;
    component.controls.minDistance = 2.4;
    component.controls.maxDistance = 9;
    component.controls.maxPolarAngle = 1.72;
    component.controls.enableZoom = false;
    this.drawing = new Drawing(component);
    this.rests();
    this.theme(true);
    component.resize();
    this.frame = this.frame.bind(this);
    requestAnimationFrame(this.frame);
  }

  get calm() {
    return calm.matches || this.drawing.software;
  }

  // Whether every part is there, where it belongs, and drawn.
  get settled() {
    const there = Object.entries(this.shown).every(([joint, part]) => part.angle === window.kelex.state.joints[joint]);
    return this.body?.visible && there && !this.drawing.changed;
  }

  // How long nothing has happened; a hand on the page counts.
  rests() {
    this.busy = performance.now();
    for (const sign of ["pointermove", "pointerdown", "keydown", "focus"])
      window.addEventListener(sign, () => (this.busy = performance.now()), { passive: true });
    calm.addEventListener("change", () => this.drawing.change());
  }

  floor() {
    const rings = [1.2, 1.85, 2.6, 3.5].map((radius) => {
      const line = new THREE.Mesh(
        new THREE.RingGeometry(radius, radius + 0.012, 96),
        new THREE.MeshBasicMaterial({ transparent: true, depthWrite: false }),
      );
      line.material.opacity = 0.55 - radius * 0.12;
      return line;
    });
    this.pool = new THREE.Mesh(
      new THREE.CircleGeometry(1.5, 64),
      new THREE.ShaderMaterial({
        transparent: true, depthWrite: false,
        uniforms: { color: { value: new THREE.Color(0x49c9ff) }, power: { value: 0.3 } },
        vertexShader: "varying vec2 at; void main() { at = uv - 0.5; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
        fragmentShader: "varying vec2 at; uniform vec3 color; uniform float power; void main() { float d = 1.0 - smoothstep(0.0, 0.5, length(at)); gl_FragColor = vec4(color, d * d * power); }",
      }),
    );
    this.pool.position.z = 0.005;
    this.rings = rings;
    this.component.scene.add(this.pool, ...rings);
  }

  theme(first) {
    const dark = document.body.classList.contains("body--dark");
    if (!first && dark === this.dark) return;
    this.dark = dark;
    const p = PALETTE[dark ? "dark" : "light"];
    this.looks = materials(dark);
    this.dressed = new WeakSet();
    this.sky.color.set(p.sky);
    this.sky.groundColor.set(p.ground);
    this.sky.intensity = p.fill;
    this.key.intensity = p.key;
    this.rim.intensity = dark ? 2.4 : 0.8;
    this.component.scene.environment = environment(this.component.renderer, dark);
    this.component.renderer.toneMappingExposure = dark ? 1.0 : 0.92;
    this.component.renderer.setClearColor(0x000000, 0);
    this.rings.forEach((ring) => ring.material.color.set(p.grid));
    this.pool.material.uniforms.power.value = dark ? 0.42 : 0.3;
    this.drawing.change();
  }

  dress() {
    for (const { mesh } of this.component.objects.values()) {
      if (!mesh?.name || this.dressed.has(mesh)) continue;
      this.dressed.add(mesh);
      this.drawing.change();
      const look = mesh.name.startsWith("look:") && mesh.name.slice(5);
      if (look && this.looks[look]) mesh.material = this.looks[look];
      if (mesh.name === "body") this.body = mesh;
      if (mesh.name === "ghost") this.spirit = mesh;
      if (look === "beam" || look === "halo" || look === "plume" || look === "ghost") mesh.renderOrder = 2;
      const [kind, joint, finger] = mesh.name.split(":");
      if (kind === "joint") {
        const part = (this.shown[joint] ??= { angle: 0, groups: [] });
        part.groups.push([mesh, finger]);
        this.turn(joint, part, part.angle);
      }
      if (kind === "aim") (this.ghost[joint] ??= { angle: 0, groups: [] }).groups.push([mesh, finger]);
    }
  }

  // He is seen once he is whole.
  appear() {
    if (!this.body || this.body.visible) return;
    const { scene, objects } = this.component;
    this.body.visible = [...objects.values()].every(({ mesh }) => mesh === scene || this.dressed.has(mesh));
    this.drawing.change();
  }

  turn(joint, part, angle) {
    part.angle = angle;
    const axis = this.joints[joint].axis;
    for (const [group, finger] of part.groups) {
      const share = finger === "a" ? 0.5 : finger === "b" ? -0.5 : 1;
      group.rotation[axis] = SIGN[axis] * angle * share * RADIANS;
    }
  }

  frame(now) {
    if (!this.component.$el?.isConnected) return;
    requestAnimationFrame(this.frame);
    const seconds = Math.min(0.2, (now - this.last) / 1000);
    if (document.hidden || seconds < 0.02) return;
    this.last = now;
    const state = window.kelex.state;
    if (state.changes !== this.followed) {
      this.followed = state.changes;
      this.busy = now;
      this.drawing.change();
    }
    this.theme(false);
    this.dress();
    this.appear();
    this.follow(state, this.calm ? 1 : 1 - Math.exp(-seconds / GLIDE_S));
    this.hover(now, state);
    this.glow(now / 1000, state);
  }

  follow(state, glide) {
    let apart = 0;
    for (const [joint, part] of Object.entries(this.shown)) {
      const target = state.joints[joint] ?? part.angle;
      const way = target - part.angle;
      if (way !== 0) {
        this.turn(joint, part, Math.abs(way) < NEAR_DEGREES ? target : part.angle + way * glide);
        this.drawing.change();
      }
      const aim = state.ghost[joint] ?? target;
      apart = Math.max(apart, Math.abs(aim - part.angle));
      if (this.ghost[joint]) this.turn(joint, this.ghost[joint], aim);
    }
    if (this.spirit) this.spirit.visible = apart > 2 && !state.stale;
  }

  // He hangs in the air, lower where nobody knows how he is. At rest he comes to hang still.
  hover(now, state) {
    const still = this.calm || state.stale || now - this.busy > 1000 * REST_AFTER_S;
    const height = state.stale ? 0.62 : 0.95, sway = still ? 0 : 1;
    this.height ??= 0.95;
    this.sway ??= 0;
    if (this.calm) [this.height, this.sway] = [height, sway];
    this.height += Math.abs(height - this.height) < 0.001 ? height - this.height : 0.06 * (height - this.height);
    this.sway += Math.abs(sway - this.sway) < 0.01 ? sway - this.sway : 0.04 * (sway - this.sway);
    const t = now / 1000;
    const at = this.height + this.sway * (0.035 * Math.sin(t * 1.7) + 0.012 * Math.sin(t * 3.1));
    this.pulse = 1 + 0.12 * this.sway * Math.sin(t * 4.3);
    for (const one of [this.body, this.spirit])
      if (one && one.position.z !== at) {
        one.position.z = at;
        this.drawing.change();
      }
  }

  glow(t, state) {
    const still = this.calm || state.stale;
    const eye = new THREE.Color(state.stale ? "#000000" : state.eye);
    const lit = eye.r + eye.g + eye.b > 0.02;
    if (!still && ((lit && state.effect !== "steady") || state.disk)) this.drawing.change();
    let beat = 1;
    if (!still && state.effect === "breathe") beat = 0.55 + 0.45 * Math.sin(t * 2.4);
    if (!still && state.effect === "blink") beat = Math.sin(t * 6) > 0 ? 1 : 0.1;
    if (!still && state.effect === "scan") beat = 0.6 + 0.4 * Math.sin(t * 5);
    this.looks.eye.emissive.copy(eye);
    this.looks.eye.emissiveIntensity = lit ? 2.2 * beat : 0;
    this.looks.halo.color.copy(eye);
    this.looks.halo.opacity = lit ? 0.14 * beat : 0;
    const beam = state.disk && !state.stale ? (this.dark ? 0.2 : 0.3) * (still ? 1 : 0.86 + 0.14 * Math.sin(t * 9)) : 0;
    this.looks.beam.opacity = beam;
    this.looks.lens.emissiveIntensity = beam ? 2.2 : 0.35;
    const drive = state.stale ? 0 : this.pulse;
    this.looks.drive.emissiveIntensity = 1.5 * drive;
    this.looks.plume.opacity = (this.dark ? 0.05 : 0.09) * drive;
    this.pool.visible = !state.stale;
  }
}

export function attach(id, joints) {
  // The scene comes up a little later than the page: its component first, then its renderer.
  const wait = setInterval(() => {
    const component = window.getElement?.(id);
    if (!component?.renderer || !component.objects || !component.controls) return;
    clearInterval(wait);
    window.kelex.figure = new Figure(component, joints);
    document.documentElement.dataset.figure = "ready";
  }, 30);
}
